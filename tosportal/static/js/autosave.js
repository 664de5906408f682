// A draft saves itself; templates/components/forms.html says what the form carries. What is seldom needed comes when it is.
import { asText, bodyOf, erase, idOf, isAnyKept, put, unlock } from "./kept.js";

const WAIT = 1500;
const LONGEST_WAIT = 60000;
const KEEPALIVE_BYTES = 60000;
const ICONS = { "": "saved", wait: "clock", off: "offline" };
const list = (text) => (text || "").split(" ").filter(Boolean);

export default function autosave(form) {
  const words = form.dataset;
  const boxes = [...document.querySelectorAll("[data-save]")];
  const codes = list(words.fields).sort((one, other) => other.length - one.length);
  const personal = new Set(list(words.personal));
  const seen = form.elements[".was"];
  const marks = Object.fromEntries(list(seen?.value).map((one) => one.split(":")));
  const place = words.kept ? `${words.kept}/${words.section}` : "";
  const dirty = new Map(); // question → how many times it was touched
  let pending = null; // answers that were sent and not answered yet: sent again as they were, so that a lost answer does no harm
  let key = null;
  let keeping = Promise.resolve();
  let timer = 0;
  let failures = 0;
  let flight = null;
  let state = ""; // "", offline, signed-out, conflict, refused
  let leaving = false;

  function say(text, kind = "") {
    for (const box of boxes) {
      box.className = `save${kind ? ` save--${kind}` : ""}${box.classList.contains("only-wide") ? " only-wide" : ""}`;
      const line = box.querySelector("span");
      if (line.textContent !== text) line.textContent = text;
      const use = box.querySelector("use");
      if (use) use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${ICONS[kind]}`));
      box.querySelector("a")?.remove();
      if (state === "signed-out" && words.signIn) {
        box.append(" ", Object.assign(document.createElement("a"), { href: words.signIn, target: "_blank", rel: "noopener", textContent: words.wordsOpen }));
      }
    }
  }

  // --- what goes

  const codeOf = (name) => codes.find((code) => name === code || name.startsWith(`${code}-`)) || (codes.length ? "" : "*");
  const pairsOf = (code) => [...new FormData(form)].filter(([name, value]) => typeof value === "string" && codeOf(name) === code);
  const answersOf = (some) => Object.fromEntries([...some].map((code) => [code, pairsOf(code)]));

  function body() {
    if (codes.length) return bodyOf(form.elements.csrf_token.value, form.elements.revision.value, marks, pending);
    const data = new FormData(form);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    return data;
  }

  // --- what stays on the device

  const impersonal = (fields) => Object.fromEntries(Object.entries(fields || {}).filter(([code]) => !personal.has(code)));
  const isKept = () => key && ![...dirty.keys()].some((code) => personal.has(code));

  /** Written before it is sent, erased when the server has it. */
  function keep() {
    if (!key) return;
    const fields = impersonal(answersOf(dirty.keys()));
    const facts = { url: form.action, revision: form.elements.revision.value, marks: impersonal(marks), pending: impersonal(pending), fields };
    const isEmpty = !Object.keys(fields).length;
    keeping = keeping.then(() => (isEmpty ? erase(idOf(place)) : put(idOf(place), key, facts))).catch(() => { key = null; });
  }

  const sayOffline = () => say(isKept() ? words.wordsKept : (key && words.wordsKeptPartly) || words.wordsOffline, "off");

  // --- sending

  async function answered(response, sent, again) {
    if ([400, 401, 403].includes(response.status) || response.redirected) {
      if (again && (await (await import("./renewed.js")).default(form))) {
        key = await unlock(words.keptKey).catch(() => null);
        return post(sent, false);
      }
      state = "signed-out";
      say(words.wordsSignIn, "off");
    } else if (response.status === 409) {
      pending = null;
      state = "conflict";
      say(words.wordsConflict, "off");
    } else if (response.ok) {
      const answer = await response.json().catch(() => ({}));
      for (const [code, touch] of sent) if (dirty.get(code) === touch) dirty.delete(code);
      pending = null;
      state = "";
      failures = 0;
      if (answer.revision !== undefined && form.elements.revision) form.elements.revision.value = answer.revision;
      Object.assign(marks, answer.marks);
      if (seen) seen.value = asText(marks);
      const others = answer.others?.length ? ` ${words.wordsOthers.replace("{what}", answer.others.join(", "))}` : "";
      if (dirty.size) say(words.wordsSaving, "wait"); // more was typed meanwhile
      else say((answer.saved || words.wordsSaved) + others);
      if (answer.remarks?.length || form.querySelector(".beside > *")) import("./beside.js").then((one) => one.default(form, answer.remarks), () => null);
      keep();
    } else if (response.status >= 500 || response.status === 429) {
      throw new Error("later");
    } else {
      pending = null;
      state = "refused";
      say(words.wordsRefused, "off");
    }
  }

  function post(sent, again) {
    const data = body();
    const keepalive = data instanceof URLSearchParams ? String(data).length < KEEPALIVE_BYTES : leaving;
    const request = { method: "POST", body: data, keepalive, headers: { "X-Requested-With": "autosave", Accept: "application/json" }, credentials: "same-origin" };
    return fetch(words.autosave || form.action, { ...request, signal: AbortSignal.timeout(20000) }).then((response) => answered(response, sent, again));
  }

  async function save() {
    clearTimeout(timer);
    if (!dirty.size || flight || state === "conflict") return;
    const sent = new Map(dirty);
    if (pending) for (const code of sent.keys()) if (!(code in pending) || JSON.stringify(pending[code]) !== JSON.stringify(pairsOf(code))) sent.delete(code);
    pending ||= answersOf(sent.keys());
    keep();
    if (!state) say(words.wordsSaving, "wait");
    flight = post(sent, true).catch(() => {
      failures += 1;
      state = "offline";
      sayOffline();
    });
    await flight;
    flight = null;
    if (dirty.size && (state === "" || state === "offline")) plan(state ? Math.min(LONGEST_WAIT, WAIT * 2 ** failures) * (0.8 + 0.4 * Math.random()) : 300);
  }

  function plan(wait = WAIT) {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  }

  function touch(name) {
    const code = codeOf(name);
    if (!code) return;
    dirty.set(code, (dirty.get(code) || 0) + 1);
    keep();
    if (state === "refused") state = "";
    if (state === "offline") sayOffline();
    else if (!state) plan();
  }

  form.addEventListener("input", (event) => { if (event.target.type !== "file") touch(event.target.name); });
  form.addEventListener("change", (event) => { if (event.target.type !== "file" && dirty.size && !state) plan(300); });
  addEventListener("online", () => save());
  addEventListener("focus", () => { if (state === "signed-out") save(); });
  addEventListener("pagehide", () => { leaving = true; save(); });
  addEventListener("beforeunload", (event) => { if (dirty.size && (state || flight) && !isKept()) event.preventDefault(); });
  document.addEventListener("visibilitychange", () => save());

  // A press of a button waits for the save that is on its way and for what was not sent yet; off line the page stays.
  let released = false;
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (released || (!flight && !dirty.size) || event.defaultPrevented) return;
    event.preventDefault();
    const button = event.submitter;
    (async () => {
      await flight;
      await save();
      if (dirty.size && !state) await save();
      if (state === "offline") return;
      released = true;
      dirty.clear();
      setTimeout(() => form.requestSubmit(button)); // a form that is being submitted cannot be submitted again
    })();
  });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  // What the browser puts back by itself on a reload would look newer than it is; what was typed before this file came is not lost.
  form.autocomplete = "off";
  const isTouched = (one) => (one.options ? [...one.options].some((option) => option.selected !== option.defaultSelected) && one.value !== (one.querySelector("[selected]") || one.options[0])?.value : one.type === "radio" || one.type === "checkbox" ? one.checked !== one.defaultChecked : one.value !== one.defaultValue);
  for (const one of form.elements) if (one.name && /^(text|email|tel|url|radio|checkbox|textarea|select-one|number|date)$/.test(one.type) && isTouched(one)) touch(one.name);

  (async () => {
    key = await unlock(words.keptKey).catch(() => null);
    if ("unsaved" in words) {
      await erase(place);
      for (const code of codes) dirty.set(code, 1);
      plan();
    } else if (key && (await isAnyKept(words.kept).catch(() => 0))) {
      const found = await import("./found.js").catch(() => null);
      if (await found?.sendLeft(form).catch(() => false)) {
        await save();
        if (!dirty.size) found.showFound();
      }
    }
    if (dirty.size) keep();
  })();
}
