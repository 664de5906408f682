// Live sums of a budget: per line, in all, against the limits. Words come from the page, numbers are whole kopecks.
import { divided, kopecks, percent, roubles, scaled } from "./money.js";

const PAYERS = ["requested", "own", "attracted", "in_kind"];
const COLOURS = { requested: "region", attracted: "extra", own: "own", in_kind: "kind" };
const MILLION = 1000000n;
const SVG = "http://www.w3.org/2000/svg";
const big = (value) => (value < 0n ? -value : value);

function cellOf(line, column) {
  const cell = line.querySelector(`[data-col="${column}"]`);
  return cell ? cell.value : "";
}

function lineOf(line) {
  const quantity = scaled(cellOf(line, "quantity") || "0", 6);
  const price = kopecks(cellOf(line, "price"));
  const sums = PAYERS.map((payer) => kopecks(cellOf(line, payer)));
  const amount = divided((quantity ?? 0n) * (price ?? 0n), MILLION);
  const paid = sums.reduce((total, sum) => total + (sum ?? 0n), 0n);
  const readable = ![quantity, price, ...sums].includes(null);
  return { amount, difference: amount - paid, readable, by: Object.fromEntries(PAYERS.map((payer, i) => [payer, sums[i] ?? 0n])) };
}

function draw(svg, by) {
  if (!svg) return;
  const total = PAYERS.reduce((sum, payer) => sum + by[payer], 0n);
  svg.replaceChildren();
  const cuts = [];
  let x = 0;
  for (const payer of ["requested", "attracted", "own", "in_kind"]) {
    if (by[payer] <= 0n || total <= 0n) continue;
    const share = Number(divided(by[payer] * 10000n, total)) / 100;
    const width = Math.max(share, 0.6);
    if (x) {
      const cut = document.createElementNS(SVG, "line");
      for (const [name, value] of [["class", "s-cut"], ["x1", `${x}%`], ["x2", `${x}%`], ["y1", "0"], ["y2", "100%"]]) cut.setAttribute(name, value);
      cuts.push(cut);
    }
    const rect = document.createElementNS(SVG, "rect");
    for (const [name, value] of [["class", `s-${COLOURS[payer]}`], ["x", `${Math.min(x, 100 - width)}%`], ["width", `${width}%`], ["height", "100%"]]) rect.setAttribute(name, value);
    svg.append(rect);
    x += share;
  }
  svg.append(...cuts);
}

function sign(box, name) {
  const use = box.querySelector("use");
  if (use) use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${name}`));
}

const put = (root, selector, text) => root.querySelectorAll(selector).forEach((place) => { place.textContent = text; });

/** Value, what is left (kopecks) and the text of the value of one limit. */
function judge(code, limit, total, contribution) {
  const bound = scaled(limit, 2);
  const asked = total.by.requested;
  if (code === "grant_max") return { left: bound - asked, text: roubles(asked), judged: asked > 0n, fill: [asked, bound] };
  if (code === "grant_min") return { left: asked - bound, text: roubles(asked), judged: asked > 0n };
  const product = total.amount * bound;
  if (code === "grant_percent_max") {
    const most = product / 10000n;
    return { left: most - asked, text: percent(asked, total.amount), judged: total.amount > 0n, fill: [asked, most] };
  }
  const least = (product + 9999n) / 10000n;
  return { left: contribution - least, text: percent(contribution, total.amount), judged: total.amount > 0n };
}

export default function budget(form) {
  const words = form.dataset;
  const includes = (words.ownIncludes || "").split(" ");
  const limits = (words.limits || "").trim().split(/\s+/).filter(Boolean).map((pair) => pair.split("="));
  const touched = new WeakSet(form.querySelectorAll(".line--err")); // a line is judged once it has been left, or judged by the server
  const live = document.createElement("p");
  live.className = "vh";
  live.setAttribute("role", "status");
  form.append(live);
  let timer;

  function showLine(line, one) {
    put(line, "[data-amount]", roubles(one.amount));
    draw(line.querySelector(".split__bar"), one.by);
    const name = cellOf(line, "name").trim();
    put(line, "[data-name]", name || words.wordsNew);
    if (!touched.has(line) || !one.readable) return;
    const good = one.difference === 0n;
    const state = line.querySelector("[data-state]");
    state.textContent = good ? words.wordsOk : (one.difference > 0n ? words.wordsLess : words.wordsMore).replace("{sum}", roubles(big(one.difference)));
    state.parentNode.classList.toggle("ok", good);
    state.parentNode.classList.toggle("warn", !good);
    sign(state.parentNode, good ? "check" : "alert");
    line.classList.toggle("line--err", !good);
  }

  function showLimit(code, limit, total, contribution) {
    const row = document.querySelector(`[data-limit="${code}"]`);
    const one = judge(code, limit, total, contribution);
    if (!row) return;
    put(row, "[data-value]", one.text);
    if (!one.judged) return;
    const bad = one.left < 0n;
    row.className = bad ? "bad" : "ok";
    sign(row, bad ? "cross" : "check");
    const left = row.querySelector("[data-left]");
    if (left) left.textContent = (bad ? left.dataset.wordsOver : left.dataset.wordsLeft).replace("{sum}", roubles(big(one.left)));
    document.querySelectorAll(`[data-limit-left="${code}"]`).forEach((copy) => { copy.textContent = left ? left.textContent : ""; });
    const meters = [row, ...document.querySelectorAll(`[data-limit-meter="${code}"]`)].map((box) => box.querySelector(".meter")).filter(Boolean);
    for (const meter of meters) {
      const part = one.fill && one.fill[1] > 0n ? Number(divided(one.fill[0] * 1000n, one.fill[1])) / 10 : 0;
      meter.querySelector("rect").setAttribute("width", `${Math.min(part, 100)}%`);
      meter.classList.toggle("meter--over", bad);
    }
  }

  function showEquality(name, holds) {
    const row = document.querySelector(`[data-equal="${name}"]`);
    if (!row) return;
    row.className = holds ? "ok" : "warn";
    sign(row, holds ? "check" : "alert");
  }

  function count() {
    const total = { amount: 0n, by: Object.fromEntries(PAYERS.map((payer) => [payer, 0n])) };
    let bad = 0;
    for (const line of form.querySelectorAll("[data-line]")) {
      const one = lineOf(line);
      showLine(line, one);
      total.amount += one.amount;
      for (const payer of PAYERS) total.by[payer] += one.by[payer];
      if (one.difference !== 0n) bad += 1;
    }
    const contribution = includes.reduce((sum, payer) => sum + (total.by[payer] ?? 0n), 0n);
    put(document, '[data-sum="amount"]', roubles(total.amount));
    for (const payer of PAYERS) put(document, `[data-sum="${payer}"]`, roubles(total.by[payer]));
    put(document, '[data-sum="contribution"]', roubles(contribution));
    const paid = PAYERS.reduce((sum, payer) => sum + total.by[payer], 0n);
    put(document, '[data-sum="paid"]', roubles(paid));
    showEquality("lines", total.amount > 0n && bad === 0);
    showEquality("total", total.amount > 0n && paid === total.amount);
    draw(document.querySelector("[data-budget-totals] .split__bar"), total.by);
    for (const [code, limit] of limits) showLimit(code, limit, total, contribution);
    clearTimeout(timer);
    timer = setTimeout(() => {
      const sentence = words.wordsLive.replace("{sum}", roubles(total.amount)).replace("{grant}", roubles(total.by.requested));
      live.textContent = bad ? `${sentence}; ${words.wordsBad.replace("{n}", bad)}` : sentence;
    }, 800);
  }

  form.addEventListener("focusout", (event) => {
    const line = event.target.closest("[data-line]");
    if (line && event.target.dataset.col && !line.contains(event.relatedTarget)) {
      touched.add(line);
      count();
    }
  });
  form.addEventListener("input", (event) => { if (event.target.dataset.col) count(); });
}
