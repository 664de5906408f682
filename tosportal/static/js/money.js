// Money in the browser: whole kopecks, no floating point. The server counts again; this only shows sooner.
const NBSP = "\u00a0";
const isEnglish = () => document.documentElement.lang === "en";

/** Text of a number → BigInt at the scale of `places` digits, half up; null when it is not a number. */
export function scaled(text, places) {
  const plain = String(text).replace(/[\s\u00a0\u202f₽]/g, "").replace("−", "-").replace(",", ".");
  const found = /^(-?)(\d*)(?:\.(\d*))?$/.exec(plain);
  if (!found || !(found[2] || found[3])) return null;
  const digits = (found[3] || "").padEnd(places + 1, "0");
  let value = BigInt((found[2] || "0") + digits.slice(0, places) || "0");
  if (digits[places] >= "5") value += 1n;
  return found[1] ? -value : value;
}

/** Roubles as typed → kopecks; null when unreadable, 0 when empty. */
export const kopecks = (text) => (String(text).trim() === "" ? 0n : scaled(text, 2));

/** a / b rounded half up (away from zero at the half), both BigInt. */
export function divided(a, b) {
  const sign = a < 0n !== b < 0n ? -1n : 1n;
  const [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  return sign * ((2n * x + y) / (2n * y));
}

const grouped = (digits) => digits.replace(/\B(?=(\d{3})+$)/g, isEnglish() ? "," : NBSP);

/** A scaled BigInt as a reader expects it: «1 234,50». */
export function shown(value, places) {
  const text = (value < 0n ? -value : value).toString().padStart(places + 1, "0");
  const whole = grouped(text.slice(0, text.length - places));
  const part = places ? (isEnglish() ? "." : ",") + text.slice(-places) : "";
  return (value < 0n ? "−" : "") + whole + part;
}

export const plainRoubles = (value) => shown(value, 2);
export const roubles = (value) => (isEnglish() ? `RUB${NBSP}${shown(value, 2)}` : `${shown(value, 2)}${NBSP}₽`);

/** Part of a whole in per cent with one digit: «14,1 %»; «—» of nothing. */
export const percent = (part, whole) => (whole ? shown(divided(part * 1000n, whole), 1) + (isEnglish() ? "%" : `${NBSP}%`) : "—");

/** A field of money is put in order when it is left; what cannot be read stays as typed. */
export default function money(field) {
  field.addEventListener("blur", () => {
    const value = field.value.trim() === "" ? null : kopecks(field.value);
    if (value !== null) field.value = plainRoubles(value);
  });
}
