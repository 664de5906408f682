"""What people do in the portal, told once: each act starts on any page and ends on the page that answers it."""

import re

from tests.browser.post import PostOffice
from tests.browser.window import Window

PASSWORD = "клевер-гармонь-семь"


def sign_up(window: Window, post: PostOffice, *, email: str, full_name: str) -> None:
    """A newcomer makes an account, opens the link of the letter, presses the button and signs in."""
    window.open("/").look("00-главная").choose_in_menu(re.compile("Войти"))
    window.look("01-вход").follow("Завести кабинет")
    window.press("Завести кабинет").says("Укажите адрес почты").look("02-новый-кабинет-ошибки")
    window.fill("Фамилия, имя, отчество", full_name).fill("Адрес почты", email).fill("Пароль", PASSWORD)
    window.press("Завести кабинет").says("Посмотрите почту").look("03-письмо-отправлено")
    window.open(post.link_to(email, "Подтвердите адрес")).look("04-подтверждение")
    window.press("Подтвердить адрес").says("Адрес подтверждён")
    window.sign_in(email, PASSWORD).look("05-мои-дела-новичка")


def ask_to_join(window: Window, *, tos: str) -> None:
    """Find a ТОС in the registry and ask to speak for it."""
    window.choose_in_menu("ТОС района").look("06-реестр")
    window.open(f"/tos/{tos}").look("07-тос").follow("Попросить о присоединении")
    window.press("Отправить просьбу").look("08-присоединение-ошибки")
    window.main.get_by_text("Председатель", exact=True).click()
    window.fill("Основание", "Протокол собрания № 3 от 12 января 2026 года")
    window.press("Отправить просьбу").says("Просьба отправлена").look("09-мои-тос")


def confirm_joining(window: Window, *, full_name: str) -> None:
    """The secretary answers the request."""
    window.open("/office/links?state=asked").look("10-просьбы")
    item = window.main.get_by_role("listitem").filter(has_text=full_name)
    window.press("Подтвердить", item).says("Подтверждено").look("11-просьба-подтверждена")
