// What could not be sent, kept on the device: encrypted with the key of the page (never stored), never personal data, 14 days at most.
//
// An entry is {id: "person/application/section/page", at, iv, data}. A page that lives holds a lock of its name, so that
// what it keeps is taken up by another page only after it died.
const NAME = "tos-kept";
const LASTS = 14 * 24 * 3600 * 1000;
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

async function act(mode, work) {
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

export const idOf = (place) => `${place}/${own}`;

export async function put(id, key, facts) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(id) };
  const data = await crypto.subtle.encrypt(sealed, key, new TextEncoder().encode(JSON.stringify(facts)));
  await act("readwrite", (store) => store.put({ id, at: Date.now(), iv, data }));
}

/** Erase what is kept under this place and below it. */
export const erase = (place) =>
  !place || !globalThis.indexedDB ? null : act("readwrite", (store) => store.delete(IDBKeyRange.bound(place, `${place}\uffff`))).catch(() => null);

/** What pages that are gone have left for this place, the oldest first; too old entries are erased, unreadable ones left alone. */
export async function left(place, key) {
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
