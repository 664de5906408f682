// What the portal says of the answers, beside each question: never in the way, and the same words not twice.
export default function beside(form, remarks = []) {
  const wrong = [...form.querySelectorAll(".err")].map((one) => one.textContent).join();
  for (const box of form.querySelectorAll(".beside")) {
    const lines = remarks.filter((one) => `${one.question}-beside` === box.id && !wrong.includes(one.text)).map((one) => {
      const line = Object.assign(document.createElement("p"), { textContent: one.text });
      if (one.href) line.append(" ", Object.assign(document.createElement("a"), { href: one.href, textContent: one.title }));
      return line;
    });
    const text = (some) => [...some].map((line) => line.textContent).join();
    if (text(box.children) !== text(lines)) box.replaceChildren(...lines);
  }
}
