// Signed in again in another tab? Then this page gets the new token and the new key, and goes on.
export default async function renewed(form) {
  const page = await fetch(location.pathname, { credentials: "same-origin", cache: "no-store" });
  if (!page.ok || page.redirected) return false;
  const fresh = new DOMParser().parseFromString(await page.text(), "text/html").querySelector("form[data-behaviour~=autosave]");
  if (!fresh || fresh.dataset.kept !== form.dataset.kept) return false;
  for (const input of document.querySelectorAll("input[name=csrf_token]")) input.value = fresh.elements.csrf_token.value;
  form.dataset.keptKey = fresh.dataset.keptKey || "";
  return true;
}
