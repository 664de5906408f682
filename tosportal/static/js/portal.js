// Attaches behaviours to what names them: <… data-behaviour="budget autosave">. Every page works without this file.
const OWN_FILES = { money: "./money.js", budget: "./budget.js", score: "./score.js", autosave: "./autosave.js", upload: "./upload.js", found: "./found.js", clock: "./clock.js", settle: "./settle.js" };

/** How many signs are left in a long text; the sentence comes from the page. */
function counter(field) {
  const line = document.getElementById(field.dataset.counter);
  const most = Number(field.dataset.max);
  if (!line || !most) return;
  const show = () => {
    const left = most - [...field.value].length;
    line.textContent = (left < 0 ? line.dataset.over : line.dataset.left).replace("{n}", Math.abs(left));
    line.classList.toggle("count--over", left < 0);
  };
  field.addEventListener("input", show);
  show();
}

const BEHAVIOURS = {
  counter,
  focus: (element) => element.focus(),
  "send-on-change": (element) => element.addEventListener("change", () => element.form.requestSubmit()),
  print: (button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  },
};

async function attach(root) {
  for (const element of root.querySelectorAll("[data-behaviour]")) {
    for (const name of element.dataset.behaviour.split(/\s+/)) {
      const behaviour = BEHAVIOURS[name] || (OWN_FILES[name] && (await import(OWN_FILES[name])).default);
      if (behaviour) behaviour(element);
    }
  }
}

/** The second press of a send button goes nowhere while the first is on its way; the server has its one-time key as well. */
function once(event) {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  if (event.submitter) event.submitter.dataset.busy = "";
  setTimeout(() => release(form), 15000);
}

function release(form) {
  delete form.dataset.sent;
  form.querySelectorAll("[data-busy]").forEach((button) => delete button.dataset.busy);
}

/** Nothing of what the browser has kept outlives the sign-out. */
function leave(event) {
  if (/\/(sign-out|not-my-device)$/.test(event.target.action)) indexedDB.deleteDatabase("tos-kept");
}

addEventListener("submit", leave);
addEventListener("submit", once);
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));
addEventListener("page-replaced", () => attach(document));
attach(document);
