// Sends what an earlier page of this application could not send. Never over something newer: the server compares answer by answer.
import { NAME, act, bodyOf, erase, unlock } from "./kept.js";

const LASTS = 14 * 24 * 3600 * 1000;

/** What pages that are gone have left for this place, the oldest first; too old entries are erased, unreadable ones left alone. */
async function left(place, key) {
  const rows = await act("readonly", (store) => store.getAll());
  const living = new Set((await navigator.locks.query()).held.map((one) => one.name));
  const found = [];
  for (const row of rows.sort((one, other) => one.at - other.at)) {
    if (Date.now() - row.at > LASTS) await erase(row.id);
    else if (row.id.startsWith(`${place}/`) && !living.has(`${NAME}/${row.id.split("/").pop()}`)) {
      const sealed = { name: "AES-GCM", iv: row.iv, additionalData: new TextEncoder().encode(row.id) };
      const text = await crypto.subtle.decrypt(sealed, key, row.data).catch(() => null);
      if (text) found.push({ id: row.id, ...JSON.parse(new TextDecoder().decode(text)) });
    }
  }
  return found;
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
