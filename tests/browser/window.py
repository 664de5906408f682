"""A window of somebody's browser that notices what a person would mind: a broken console, a stranger's host, a page
that slides sideways, anything axe finds. Every page looked at leaves a picture in tests/artifacts."""

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Request, Response, TimeoutError, expect

ARTIFACTS = Path(__file__).parents[1] / "artifacts"
AXE_OPTIONS = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
# How far the page is wider than the window, and which elements stick out of it.
SIDEWAYS = """() => {
  const room = document.documentElement.clientWidth;
  const over = document.documentElement.scrollWidth - room;
  if (over <= 0) return null;
  const sticks = (one) => one.getBoundingClientRect().right > room + 1;
  const all = [...document.querySelectorAll("main *, footer *")];
  const guilty = all.filter((one) => sticks(one) && ![...one.children].some(sticks));
  return `${over} px: ` + guilty.slice(0, 5).map((one) => one.outerHTML.slice(0, 160)).join(" | ");
}"""


class Window:
    """One person at one screen."""

    def __init__(self, context: BrowserContext, url: str, *, shots: str = "", refusals: bool = False) -> None:
        self.context = context
        self.url = url
        self.shots = shots
        self.troubles: list[str] = []
        context.on("request", self._note_request)
        context.on("console", self._note_console)
        context.on("weberror", lambda error: self.troubles.append(f"ошибка сценария: {error.error}"))
        context.on("response", self._note_response)
        self.page: Page = context.new_page()
        self.page.set_default_timeout(20_000)

    def _note_request(self, request: Request) -> None:
        if not request.url.startswith((self.url, "data:", "blob:", "chrome-error:")):
            self.troubles.append(f"запрос на другой сервер: {request.url}")

    def _note_console(self, message: ConsoleMessage) -> None:
        # an answer of 4xx to a form is ordinary and the browser notes it as an error of loading
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            self.troubles.append(f"консоль: {message.text} ({message.page.url if message.page else ''})")

    def _note_response(self, response: Response) -> None:
        if response.status >= 500:
            self.troubles.append(f"ответ {response.status}: {response.request.method} {response.url}")

    # --- going about

    def open(self, address: str, status: int = 200) -> "Window":
        answer = self.page.goto(self.url + address if address.startswith("/") else address)
        assert answer, address
        assert answer.status == status, f"{address}: {answer.status}, ждали {status}\n{self.text[:600]}"
        return self

    @property
    def path(self) -> str:
        parts = urlsplit(self.page.url)
        return parts.path + ("?" + parts.query if parts.query else "")

    @property
    def text(self) -> str:
        return self.page.locator("body").inner_text().replace("\u00a0", " ")

    @property
    def main(self) -> Locator:
        return self.page.locator("main")

    def press(self, name: str | re.Pattern[str], within: Locator | None = None) -> "Window":
        """Press the button of this name and wait for the page that follows."""
        with self.page.expect_navigation():
            (within or self.main).get_by_role("button", name=name).first.click()
        return self

    def follow(self, name: str | re.Pattern[str], within: Locator | None = None) -> "Window":
        """Follow the link of this name."""
        with self.page.expect_navigation():
            (within or self.main).get_by_role("link", name=name).first.click()
        return self

    def choose_in_menu(self, name: str | re.Pattern[str]) -> "Window":
        """Follow a link of the header; on a phone it is folded under «Меню»."""
        header = self.page.locator("header")
        folded = header.locator("details.menu > summary")
        if folded.is_visible():
            folded.click()
        with self.page.expect_navigation():
            header.get_by_role("link", name=name).locator("visible=true").first.click()
        return self

    def fill(self, label: str | re.Pattern[str], text: str, within: Locator | None = None) -> "Window":
        (within or self.main).get_by_label(label).first.fill(text)
        return self

    def put(self, name: str, text: str) -> "Window":
        """Type into the field of this name; a box is ticked, an option chosen."""
        field = self.main.locator(f'[name="{name}"]')
        tag = field.first.evaluate("(one) => one.tagName === 'INPUT' ? one.type : one.tagName")
        if tag in ("radio", "checkbox"):
            self.pick(self.main.locator(f'[name="{name}"][value="{text}"]'))
        elif tag == "SELECT":
            field.select_option(text)
        else:
            field.fill(text)
        return self

    def pick(self, box: Locator) -> "Window":
        """Choose a radio or a box by its label, as a finger does."""
        if not box.is_checked():
            self.main.locator(f'label[for="{box.get_attribute("id")}"]').click()
        assert box.is_checked()
        return self

    def put_plain(self, name: str, text: str) -> "Window":
        """Type into the field of this name; works without scripts too."""
        self.main.locator(f'[name="{name}"]').fill(text)
        return self

    def put_day(self, name: str, day: date) -> "Window":
        return (
            self.put(f"{name}-day", str(day.day))
            .put(f"{name}-month", str(day.month))
            .put(f"{name}-year", str(day.year))
        )

    def says(self, *sentences: str | re.Pattern[str]) -> "Window":
        """These words can be read on the page."""
        for sentence in sentences:
            assert_visible(self.page, sentence)
        return self

    def sign_in(self, email: str, password: str) -> "Window":
        self.context.clear_cookies()
        self.open("/sign-in")
        self.fill("Адрес почты", email).fill("Пароль", password).press("Войти")
        expect(self.page.get_by_role("button", name="Выйти")).to_be_visible()
        return self

    def sign_out(self) -> "Window":
        self.page.get_by_role("button", name="Выйти").click()
        expect(self.page.get_by_role("button", name="Выйти")).to_have_count(0)
        return self

    # --- looking

    def look(self, step: str) -> "Window":
        """Keep a picture; axe finds nothing, nothing slides sideways, the console is silent, nothing left the host."""
        self.shoot(step)
        troubles = [*self.axe(), *self.sideways(), *self.troubles]
        self.troubles.clear()
        assert not troubles, f"{step} ({self.path}):\n" + "\n".join(troubles)
        return self

    def shoot(self, step: str) -> "Window":
        if self.shots:
            ARTIFACTS.mkdir(exist_ok=True)
            self.page.screenshot(path=ARTIFACTS / f"{step}-{self.shots}.png", full_page=True)
        return self

    def axe(self) -> list[str]:
        """What axe finds, a line for each element. The policy of the page stays in force."""
        if not self.page.evaluate("typeof axe === 'object'"):
            self.page.evaluate(AXE_SCRIPT)
        found = self.page.evaluate(f"axe.run(document, {json.dumps(AXE_OPTIONS)})")
        return [
            f"axe {one['id']}: {one['help']}\n    {' '.join(map(str, node['target']))}\n    {node['html'][:300]}"
            f"\n    {reason_of(node)}"
            for one in found["violations"]
            for node in one["nodes"]
        ]

    def sideways(self) -> list[str]:
        over = self.page.evaluate(SIDEWAYS)
        return [f"горизонтальная прокрутка: {over}"] if over else []

    def downloaded(self, act: Callable[[], Any]) -> Path:
        """The file that an act brings."""
        with self.page.expect_download() as waiting:
            act()
        return Path(waiting.value.path())

    def close(self) -> None:
        self.context.close()
        assert not self.troubles, "\n".join(self.troubles)


def reason_of(node: dict[str, Any]) -> str:
    checks = [*node.get("any", []), *node.get("all", []), *node.get("none", [])]
    return "; ".join(check["message"] for check in checks)[:300]


def assert_visible(page: Page, sentence: str | re.Pattern[str]) -> None:
    """Words on the page, said with the page around them when they are not there."""
    try:
        page.get_by_text(sentence).locator("visible=true").first.wait_for(timeout=10_000)
    except TimeoutError:
        raise AssertionError(
            f"на странице {page.url} нет слов «{sentence}»:\n{page.locator('main').inner_text()[:2500]}"
        ) from None
