// What could not be sent, kept on the device: encrypted with the key of the page (never stored), never personal data, 14 days at most.
//
// An entry is {id: "person/application/section/page", at, iv, data}. A page that lives holds a lock of its name, so that
// what it keeps is taken up by another page (found.js) only after it died.
export const NAME = "tos-kept";
const own = globalThis.crypto?.randomUUID?.() || "";
if (own && navigator.locks) navigator.locks.request(`${NAME}/${own}`, () => new Promise(() => {}));

export const unlock = async (text) =>
  own && navigator.locks && text && globalThis.indexedDB && crypto.subtle
    ? crypto.subtle.importKey("raw", Uint8Array.from(atob(text), (one) => one.charCodeAt(0)), "AES-GCM", false, ["encrypt", "decrypt"])
    : null;

function open() {
  return new Promise((done, failed) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("kept", { keyPath: "id" });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
}

export async function act(mode, work) {
  const database = await open();
  database.onversionchange = () => database.close();
  try {
    return await new Promise((done, failed) => {
      const deal = database.transaction("kept", mode, { durability: "strict" });
      const asked = work(deal.objectStore("kept"));
      deal.oncomplete = () => done(asked?.result);
      deal.onerror = deal.onabort = () => failed(deal.error);
    });
  } finally {
    database.close();
  }
}

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

export const idOf = (place) => `${place}/${own}`;

export async function put(id, key, facts) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(id) };
  const data = await crypto.subtle.encrypt(sealed, key, new TextEncoder().encode(JSON.stringify(facts)));
  await act("readwrite", (store) => store.put({ id, at: Date.now(), iv, data }));
}

const below = (place) => IDBKeyRange.bound(place, `${place}\uffff`);

/** Erase what is kept under this place and below it. */
export const erase = (place) =>
  !place || !globalThis.indexedDB ? null : act("readwrite", (store) => store.delete(below(place))).catch(() => null);

/** Is anything kept there, by whatever page? */
export const isAnyKept = (place) => act("readonly", (store) => store.count(below(place)));
