// Both versions were shown and one is chosen: what the browser has kept of it is no longer needed.
import { erase } from "./kept.js";

export default function settle(form) {
  let settled = false;
  form.addEventListener("submit", async (event) => {
    if (settled) return;
    event.preventDefault();
    settled = true;
    await erase(form.dataset.kept);
    setTimeout(() => form.requestSubmit(event.submitter));
  });
}
