// Sends a form with files and shows how far it is; without this file the form is sent as it is.
// <form enctype="multipart/form-data" data-behaviour="upload" data-words-… [data-pieces="URL"]>
// With data-pieces each file goes in pieces that stay when the line breaks: the same file chosen again, also after the
// page was loaded anew, goes on where it stopped. Else, and where a browser cannot compute SHA-256 (a portal without
// https), the form goes whole: fetch knows no upload progress, XMLHttpRequest does.
// <div data-behaviour="upload" …> inside a form with other answers: its button `.attach` sends the files in pieces, then
// the form is sent with `.attached` and saves the answers too; without pieces the form takes the files along by itself.
const LONGEST_WAIT = 15000;
const SVG = "http://www.w3.org/2000/svg";

function progressOf(form, words) {
  const box = document.createElement("div");
  box.className = "files";
  const line = document.createElement("p");
  line.setAttribute("role", "status");
  const meter = document.createElementNS(SVG, "svg");
  meter.setAttribute("class", "meter");
  meter.setAttribute("aria-hidden", "true");
  const rect = document.createElementNS(SVG, "rect");
  rect.setAttribute("height", "100%");
  meter.append(rect);
  const cancel = document.createElement("button");
  cancel.type = "button";
  cancel.className = "btn btn--quiet btn--small btn--danger";
  cancel.textContent = words.wordsCancel;
  box.append(line, meter, cancel);
  form.append(box);
  return { box, line, cancel, show: (part) => rect.setAttribute("width", `${part}%`) };
}

function showPage(text, address) {
  // The answer is a page, after a redirect or with errors: it takes the place of this one, as the browser would do it.
  const page = new DOMParser().parseFromString(text, "text/html");
  history.pushState(null, "", address);
  document.title = page.title;
  document.body.replaceWith(document.adoptNode(page.body));
  dispatchEvent(new Event("page-replaced"));
  scrollTo(0, 0);
}

const hex = async (data) =>
  [...new Uint8Array(await crypto.subtle.digest("SHA-256", data))].map((one) => one.toString(16).padStart(2, "0")).join("");

/** What the server said in words; nothing is gained by sending the same again. */
class Refused extends Error {}
class SignedOut extends Error {}

/** Until the line is back, or a while: longer each time. */
function backOnLine(attempt, signal) {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener("online", done);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, Math.min(LONGEST_WAIT, 1000 * 2 ** attempt));
    addEventListener("online", done);
    signal.addEventListener("abort", done);
  });
}

function inPieces(form, signal, say) {
  const owner = form.closest("form");
  const token = () => owner.elements.csrf_token?.value || "";

  /** Ask until there is an answer: a broken line, a server that is started anew and a storage that is away are waited for. */
  async function ask(address, options) {
    for (let attempt = 0; ; attempt += 1) {
      try {
        const answer = await fetch(address, {
          method: "POST", credentials: "same-origin", signal, ...options,
          headers: { "X-CSRFToken": token(), ...options.headers },
        });
        if ([400, 401, 403].includes(answer.status) || new URL(answer.url).pathname.startsWith("/sign-in")) throw new SignedOut();
        if (answer.status === 404 && !attempt) throw new Refused("");
        if (answer.status < 500 && answer.status !== 429) return answer;
      } catch (error) {
        if (signal.aborted || error instanceof SignedOut || error instanceof Refused) throw error;
      }
      say.waiting();
      await backOnLine(attempt, signal);
    }
  }

  async function send(file) {
    say.reading();
    const about = new URLSearchParams({ name: file.name, size: file.size, sha256: await hex(await file.arrayBuffer()) });
    const begun = await ask(form.dataset.pieces, { body: about });
    const plan = await begun.json();
    if (!begun.ok) throw new Refused(plan.error);
    form.dataset.cancel = plan.cancel;
    let { offset } = plan;
    let spoilt = 0;
    for (;;) {
      say.sent(Math.floor((offset / file.size) * 100));
      while (offset < file.size) {
        const piece = await file.slice(offset, offset + plan.piece).arrayBuffer();
        const answer = await ask(`${plan.pieces}?offset=${offset}`, {
          body: piece,
          headers: { "Content-Type": "application/octet-stream", "X-Content-SHA256": await hex(piece) },
        });
        const came = await answer.json().catch(() => ({}));
        if (came.offset !== undefined) ({ offset } = came); // also after 409: the server knows what it has
        else if ((spoilt += 1) > 5) throw new Refused(came.error);
        say.sent(Math.floor((offset / file.size) * 100));
      }
      say.checking();
      const end = await ask(plan.finish, owner === form ? {} : { headers: { Accept: "application/json" } });
      if (owner !== form && end.status === 422) throw new Refused((await end.json()).error);
      if (end.status === 404) return fetch(location.pathname); // it was finished, only the answer got lost
      if (end.status !== 409) return end;
      ({ offset } = await end.json());
    }
  }

  return send;
}

export default function upload(form) {
  const words = form.dataset;
  const owner = form.closest("form");

  /** The files are there: the answers beside them are saved, and the page comes back with both. */
  function sendOwner() {
    const button = form.querySelector("button[name='.attach']");
    for (const input of form.querySelectorAll("input[type=file]")) input.value = "";
    button.name = ".attached";
    owner.requestSubmit(button);
  }

  async function piecewise(progress, fail) {
    const stop = new AbortController();
    let part = 0;
    progress.cancel.addEventListener("click", () => stop.abort());
    const send = inPieces(form, stop.signal, {
      reading: () => { progress.line.textContent = words.wordsReading; },
      checking: () => { progress.line.textContent = words.wordsChecking; },
      waiting: () => { progress.line.textContent = words.wordsWaiting.replace("{n}", part); },
      sent: (now) => {
        part = now;
        progress.show(part);
        progress.line.textContent = words.wordsSending.replace("{n}", part);
      },
    });
    try {
      let answer = null;
      for (const file of form.querySelector("input[type=file]").files) {
        answer = await send(file);
        if (!answer.ok) break;
      }
      if (owner !== form) return sendOwner();
      showPage(await answer.text(), answer.url);
    } catch (error) {
      if (stop.signal.aborted) {
        const body = new URLSearchParams({ csrf_token: owner.elements.csrf_token?.value || "" });
        progress.box.remove();
        delete words.sent;
        if (!words.cancel) return;
        const answer = await fetch(words.cancel, { method: "POST", body }).catch(() => null); // no line: the pieces go by their term
        if (answer?.ok && owner === form) showPage(await answer.text(), answer.url);
        return;
      }
      fail();
      if (error instanceof SignedOut) progress.line.textContent = words.wordsSignIn;
      if (error instanceof Refused && error.message) progress.line.textContent = error.message;
    }
  }

  owner.addEventListener("submit", (event) => {
    if (owner !== form && (event.submitter?.name !== ".attach" || !form.contains(event.submitter))) return;
    if (owner !== form && !(words.pieces && globalThis.crypto?.subtle)) return;
    const files = [...form.querySelectorAll("input[type=file]")].some((input) => input.files.length);
    if (!files || event.defaultPrevented) return;
    event.preventDefault();
    if (form.dataset.sent) return;
    form.dataset.sent = "1";
    const progress = progressOf(form, words);
    const fail = () => {
      progress.line.textContent = words.wordsFailed;
      progress.cancel.remove();
      delete form.dataset.sent;
    };
    form.querySelectorAll(".files[data-old]").forEach((old) => old.remove());
    progress.box.dataset.old = "";
    progress.show(0);
    if (words.pieces && globalThis.crypto?.subtle) {
      piecewise(progress, fail);
      return;
    }
    const request = new XMLHttpRequest();
    progress.line.textContent = words.wordsSending.replace("{n}", 0);
    progress.cancel.addEventListener("click", () => request.abort());
    request.upload.addEventListener("progress", (step) => {
      if (!step.lengthComputable) return;
      const part = Math.floor((step.loaded / step.total) * 100);
      progress.show(part);
      progress.line.textContent = part < 100 ? words.wordsSending.replace("{n}", part) : words.wordsChecking;
    });
    request.addEventListener("load", () => {
      showPage(request.responseText, request.responseURL || form.action);
    });
    request.addEventListener("error", fail);
    request.addEventListener("abort", () => {
      progress.box.remove();
      delete form.dataset.sent;
    });
    request.open("POST", form.action);
    const data = new FormData(form, event.submitter || undefined);
    request.send(data);
  });
  addEventListener("popstate", () => location.reload());
}
