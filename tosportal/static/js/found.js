// Sends what an earlier page of this application could not send. Never over something newer: the server compares answer by answer.
import { erase, left, unlock } from "./kept.js";

export const asText = (marks) => Object.entries(marks).map(([code, mark]) => `${code}:${mark}`).join(" ");

/** One request of some answers: [[name, value]…] by questions. */
export function bodyOf(token, revision, marks, fields) {
  const body = new URLSearchParams([["csrf_token", token], ["revision", revision], [".was", asText(marks)]]);
  for (const [code, pairs] of Object.entries(fields)) {
    body.append(".changed", code);
    for (const [name, value] of pairs) body.append(name, value);
  }
  return body;
}

const send = (url, body) =>
  fetch(url, { method: "POST", body, headers: { "X-Requested-With": "autosave", Accept: "application/json" }, credentials: "same-origin", signal: AbortSignal.timeout(20000) });

/** The page of both versions, as if the form had been sent by its button. */
function compare(url, body) {
  const form = Object.assign(document.createElement("form"), { method: "post", action: url });
  for (const [name, value] of [...body, [".found", "1"]]) form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  document.body.append(form);
  HTMLFormElement.prototype.submit.call(form);
}

/** Did anything new go out? `false`: nothing, or the page is left for that of both versions. */
export async function sendLeft(form) {
  const key = await unlock(form.dataset.keptKey);
  if (!key) return false;
  const token = form.elements.csrf_token.value;
  let isNew = false;
  for (const one of await left(form.dataset.kept, key)) {
    let marks = one.marks;
    for (const fields of [one.pending, one.fields]) {
      if (!fields || !Object.keys(fields).length) continue;
      const body = bodyOf(token, one.revision, marks, fields);
      const answer = await send(one.url, body);
      if (answer.redirected) return isNew;
      const facts = await answer.json().catch(() => ({}));
      if (answer.ok) {
        marks = { ...marks, ...facts.marks };
        isNew = isNew || facts.is_new;
      } else if (answer.status === 409 && facts.fields && fields === one.fields) {
        compare(one.url, body);
        return false;
      } else if (answer.status !== 409 || !facts.fields) {
        return isNew;
      }
    }
    await erase(one.id);
  }
  return isNew;
}

export const showFound = () => location.replace(`${location.pathname}?found=1`);

export default function found(form) {
  const go = () => sendLeft(form).then((isNew) => isNew && showFound(), () => null);
  addEventListener("online", go);
  go();
}
