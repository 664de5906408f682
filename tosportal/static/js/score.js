// The live total of a score sheet, and digits of the keyboard inside a focused criterion (nowhere else).
// <form data-behaviour="score" data-places="2" data-divisor="1"> with fieldset.crit[data-weight]; mark × weight summed, divided by data-divisor.
// Inside: [data-total], [data-done] («4 из 6» through data-words="{n} из {all}"). Marks: radio inputs or one text/select per criterion.
import { divided, scaled, shown } from "./money.js";

const SCALE = 6;
const UNIT = 10n ** BigInt(SCALE);

function markOf(criterion) {
  const chosen = criterion.querySelector("input:checked") || criterion.querySelector("select, input:not([type=radio]):not([type=hidden])");
  return chosen && chosen.value.trim() !== "" ? scaled(chosen.value, SCALE) : null;
}

export default function score(form) {
  const places = Number(form.dataset.places || 2);
  const divisor = scaled(form.dataset.divisor || "1", SCALE) || UNIT;
  const criteria = [...form.querySelectorAll(".crit[data-weight]")];
  let typed = "";
  let typedAt = 0;

  function count() {
    let sum = 0n;
    let done = 0;
    for (const criterion of criteria) {
      const mark = markOf(criterion);
      if (mark === null) continue;
      done += 1;
      sum += mark * scaled(criterion.dataset.weight, SCALE);
    }
    const total = divided(sum * 10n ** BigInt(places), UNIT * divisor);
    form.querySelectorAll("[data-total]").forEach((place) => { place.textContent = shown(total, places); });
    form.querySelectorAll("[data-done]").forEach((place) => {
      place.textContent = (place.dataset.words || "{n}/{all}").replace("{n}", done).replace("{all}", criteria.length);
    });
  }

  form.addEventListener("change", count);
  form.addEventListener("input", count);
  form.addEventListener("keydown", (event) => {
    const criterion = event.target.type === "radio" && event.target.closest(".crit");
    if (!criterion || event.ctrlKey || event.metaKey || event.altKey || !/^[0-9]$/.test(event.key)) return;
    const now = Date.now();
    const find = (text) => [...criterion.querySelectorAll("input[type=radio]")].find((radio) => radio.value === text);
    const two = now - typedAt < 800 && find(typed + event.key);
    const radio = two || find(event.key);
    typed = event.key;
    typedAt = now;
    if (!radio) return;
    event.preventDefault();
    radio.checked = true;
    radio.focus();
    for (const kind of ["input", "change"]) radio.dispatchEvent(new Event(kind, { bubbles: true }));
  });
  count();
}
