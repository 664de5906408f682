// The portal's clock and the time left until a deadline. The device's own clock is never asked for the hour: only how much
// time has passed since the portal said what it is. After a sleep of the device the portal is asked again.
const EVERY = 5 * 60 * 1000;

export default function clock(line) {
  const [shown, left] = ["now", "left"].map((name) => line.querySelector(`[data-part=${name}]`));
  const { zone, until, says, over, address } = line.dataset;
  const hour = new Intl.DateTimeFormat("ru", { timeZone: zone, hour: "2-digit", minute: "2-digit", second: "2-digit" });
  const opened = performance.getEntriesByType("navigation")[0];
  let said = Date.parse(line.dataset.now);
  let heard = opened ? opened.responseStart : performance.now();

  const show = () => {
    const now = said + performance.now() - heard;
    shown.textContent = says.replace("{now}", hour.format(now));
    const seconds = Math.ceil((Date.parse(until) - now) / 1000);
    const parts = { h: Math.floor(seconds / 3600), m: Math.floor((seconds % 3600) / 60), s: seconds % 60 };
    left.textContent = seconds > 0 ? line.dataset.left.replace(/{([hms])}/g, (_all, name) => parts[name]) : over;
  };

  const ask = async () => {
    const asked = performance.now();
    try {
      const answer = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(10000) });
      const { now } = await answer.json();
      [said, heard] = [Date.parse(now), (asked + performance.now()) / 2];
      show();
    } catch {
      // no line: the clock goes on as it was
    }
  };

  show();
  setInterval(show, 1000);
  setInterval(ask, EVERY);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && ask());
  addEventListener("pageshow", (event) => event.persisted && ask());
}
