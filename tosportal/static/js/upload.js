// Sends a form with files and shows how far it is: fetch knows no upload progress, XMLHttpRequest does.
// <form enctype="multipart/form-data" data-behaviour="upload" data-words-…>; without this file the form is sent as it is.
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

export default function upload(form) {
  const words = form.dataset;
  form.addEventListener("submit", (event) => {
    const files = [...form.querySelectorAll("input[type=file]")].some((input) => input.files.length);
    if (!files || event.defaultPrevented) return;
    event.preventDefault();
    if (form.dataset.sent) return;
    form.dataset.sent = "1";
    const request = new XMLHttpRequest();
    const progress = progressOf(form, words);
    const fail = () => {
      progress.line.textContent = words.wordsFailed;
      progress.cancel.remove();
      delete form.dataset.sent;
    };
    form.querySelectorAll(".files[data-old]").forEach((old) => old.remove());
    progress.box.dataset.old = "";
    progress.show(0);
    progress.line.textContent = words.wordsSending.replace("{n}", 0);
    progress.cancel.addEventListener("click", () => request.abort());
    request.upload.addEventListener("progress", (step) => {
      if (!step.lengthComputable) return;
      const part = Math.floor((step.loaded / step.total) * 100);
      progress.show(part);
      progress.line.textContent = part < 100 ? words.wordsSending.replace("{n}", part) : words.wordsChecking;
    });
    request.addEventListener("load", () => {
      // The answer is a page, after a redirect or with errors: it takes the place of this one, as the browser would do it.
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      history.pushState(null, "", request.responseURL || form.action);
      document.title = page.title;
      document.body.replaceWith(document.adoptNode(page.body));
      dispatchEvent(new Event("page-replaced"));
      scrollTo(0, 0);
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
