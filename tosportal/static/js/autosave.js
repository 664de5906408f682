// A draft saves itself: 1.5 s after the last key, on leaving a field's section and on leaving the page. Nothing is kept in the browser.
//
// <form data-behaviour="autosave" data-autosave="URL (default: the action of the form)" data-words-…> with input name="revision".
// The request is the form itself with X-Requested-With: autosave. The server answers
//   200 {"revision": 8, "saved": "Сохранено в 14:32"}    409 somebody saved a newer one    401 or a redirect to signing in
const WAIT = 1500;
const ICONS = { "": "saved", wait: "clock", off: "offline" };

export default function autosave(form) {
  const words = form.dataset;
  const boxes = [...document.querySelectorAll("[data-save]")];
  let timer = 0;
  let flight = null;
  let dirty = false;
  let stopped = false;

  function say(text, kind = "") {
    for (const box of boxes) {
      box.className = `save${kind ? ` save--${kind}` : ""}${box.classList.contains("only-wide") ? " only-wide" : ""}`;
      box.querySelector("span").textContent = text;
      const use = box.querySelector("use");
      if (use) use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${ICONS[kind]}`));
    }
  }

  function body() {
    const data = new FormData(form);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    return data;
  }

  async function answerOf(response) {
    if ([400, 401, 403].includes(response.status) || response.redirected) { // 400: the token of the form went with the sign-in
      stopped = true;
      say(words.wordsSignIn, "off");
    } else if (response.status === 409) {
      stopped = true;
      say(words.wordsConflict, "off");
    } else if (response.ok) {
      const answer = await response.json().catch(() => ({}));
      if (answer.revision !== undefined && form.elements.revision) form.elements.revision.value = answer.revision;
      say(answer.saved || words.wordsSaved);
    } else {
      dirty = true;
      say(words.wordsRefused, "off");
    }
  }

  async function save(leaving = false) {
    clearTimeout(timer);
    if (!dirty || stopped || flight) return;
    dirty = false;
    say(words.wordsSaving, "wait");
    const request = { method: "POST", body: body(), headers: { "X-Requested-With": "autosave", Accept: "application/json" }, credentials: "same-origin" };
    flight = fetch(words.autosave || form.action, leaving ? { ...request, keepalive: true } : request)
      .then(answerOf)
      .catch(() => {
        dirty = true;
        say(words.wordsOffline, "off");
      });
    await flight;
    flight = null;
    if (dirty && !stopped && navigator.onLine) plan(WAIT * 4);
  }

  function plan(wait = WAIT) {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  }

  form.addEventListener("input", (event) => {
    if (event.target.type === "file") return;
    dirty = true;
    if (!stopped) plan();
  });
  form.addEventListener("change", (event) => { if (event.target.type !== "file" && dirty) plan(300); });
  addEventListener("online", () => save());
  addEventListener("pagehide", () => save(true));
  addEventListener("beforeunload", (event) => { if (dirty && (stopped || flight || !navigator.onLine)) event.preventDefault(); });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") save(true); });

  // A press of a button must carry the newest revision: wait for the save that is on its way.
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    dirty = false;
    if (!flight) {
      stopped = true;
      return;
    }
    event.preventDefault();
    const button = event.submitter;
    flight.finally(() => {
      flight = null;
      stopped = true;
      form.requestSubmit(button);
    });
  });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
}
