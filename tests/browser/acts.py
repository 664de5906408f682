"""What people do in the portal, told once: each act starts on any page and ends on the page that answers it."""

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.post import PostOffice
from tests.browser.window import Window
from tosportal.demo.files import minutes_pdf
from tosportal.demo.people import PASSWORD as DEMO_PASSWORD

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


# Four lines of a budget: who pays in each; together 151 740,00 of which 118 400,00 from the grant.
BUDGET = (
    {"name": "Качели двойные", "unit": "шт.", "quantity": "1", "price": "46800", "requested": "46 800"},
    {"name": "Горка детская", "unit": "шт.", "quantity": "1", "price": "38600,00", "requested": "38600.00"},
    {
        "name": "Брус строганый",
        "unit": "м³",
        "quantity": "3",
        "price": "15000",
        "requested": "33000",
        "attracted": "12000",
    },
    {"name": "Сборка силами жителей", "unit": "ч", "quantity": "97", "price": "220", "in_kind": "21340"},
)
STEPS = (
    ("Расчистить и спланировать пустырь", date(2026, 5, 18), date(2026, 6, 5)),
    ("Купить и собрать оборудование", date(2026, 6, 8), date(2026, 7, 17)),
)
PROBLEM = (
    "В трёх кварталах посёлка 64 ребёнка до двенадцати лет, а ближайшая площадка — в полутора километрах, за дорогой "
    "с лесовозами. Дети играют на обочине и у пожарного водоёма. В прошлом году двое получили травмы. На собрании 48 "
    "из 52 жителей проголосовали за площадку на пустыре у дома № 6. Протокол собрания приложен к заявке."
)


def start_application(window: Window, *, slug: str = "change-the-world", step: str = "12") -> str:
    """From the page of the contest to the list of sections; the address of the application comes back."""
    window.open(f"/contests/{slug}").look(f"{step}-конкурс").follow("Начать заявку").look(f"{step}-новая-заявка")
    window.press("Начать заявку").says("Выберите номинацию")
    window.main.get_by_text("Здоровый образ жизни", exact=False).first.click()
    window.press("Начать заявку").says("Черновик создан").look(f"{step}-разделы")
    return window.path


def fill_applicant(window: Window, address: str) -> None:
    window.open(f"{address}/sections/applicant").look("13-раздел-тос")
    for name, text in (
        ("tos", "ТОС «Сосновый бор»"),
        ("chair_name", "Соседкина Мария Петровна"),
        ("chair_phone", "+7 913 000-00-00"),
        ("chair_email", "sosedka@example.org"),
        ("residents", "854"),
        ("legal_entity", "no"),
        ("recipient", "Ресурсный центр общественных инициатив"),
    ):
        window.put(name, text)
    window.press("Сохранить и продолжить").says("Раздел «Сведения о ТОС» сохранён")


def fill_project(window: Window, address: str) -> None:
    """Texts, a list, a plan of two steps and a table of results; rows are added by buttons."""
    window.open(f"{address}/sections/project")
    for name, text in (
        ("title", "Детская площадка «Родничок»"),
        ("problem", PROBLEM),
        ("goal", "Построить безопасную площадку для детей трёх кварталов"),
        ("place", "р. п. Ордынское, ул. Молодёжная, у дома № 6"),
        ("participants", "пятьдесят два"),
        ("sustainability", "Ухаживать за площадкой будут дежурные по улицам, график утвердило собрание."),
        ("tasks-0", "Расчистить и спланировать пустырь"),
        ("results-0-indicator", "Жителей приняли участие"),
        ("results-0-unit", "чел."),
        ("results-0-value", "52"),
    ):
        window.put(name, text)
    if not window.main.locator('[name="nomination"]:checked').count():
        window.pick(window.main.locator('[name="nomination"]').first)
    window.put_day("start", date(2026, 5, 18)).put_day("finish", date(2026, 8, 28))
    for place, (name, starts_on, ends_on) in enumerate(STEPS):
        if place:
            window.press(re.compile("Добавить шаг"))
        window.put(f"plan-{place}-name", name).put(f"plan-{place}-responsible", "Соседкина М. П.")
        window.put(f"plan-{place}-result", "Сделано, фотографии в отчёте")
        window.put_day(f"plan-{place}-starts_on", starts_on).put_day(f"plan-{place}-ends_on", ends_on)
    window.press("Сохранить и продолжить").look("14-раздел-проект-замечание")
    assert window.main.locator('[name="problem"]').input_value() == PROBLEM
    window.put("participants", "52").press("Сохранить и продолжить").says("Раздел «Проект» сохранён")


def fill_budget(window: Window, address: str) -> None:
    """Four lines; both equalities are seen before anything is sent."""
    window.open(f"{address}/sections/budget").look("15-смета-пустая")
    for place, row in enumerate(BUDGET):
        if place:
            window.press(re.compile("Добавить строку"))
        line = window.main.locator(f"#budget-{place}")
        if not line.get_by_label("Что покупаете или делаете").is_visible():
            line.locator("summary").click()
        for column, text in row.items():
            window.put(f"budget-{place}-{column}", text)
        window.main.locator('[name="calc"]').focus()  # a line is judged when it is left
        expect(line.locator("[data-state]")).to_have_text("Сходится")
    expect(window.main.locator('[data-sum="amount"]').first).to_have_text("151\u00a0740,00\u00a0₽")
    expect(window.main.locator('[data-sum="requested"]').first).to_have_text("118\u00a0400,00\u00a0₽")
    window.main.locator('[name="budget-3-in_kind"]').fill("21340,01")
    window.main.locator('[name="calc"]').focus()
    expect(window.main.locator("#budget-3 [data-state]")).to_have_text("Лишние 0,01\u00a0₽")
    window.shoot("16-смета-лишняя-копейка")
    window.main.locator('[name="budget-3-in_kind"]').fill("21340")
    window.main.locator('[name="calc"]').focus()
    expect(window.main.locator("#budget-3 [data-state]")).to_have_text("Сходится")
    window.look("16-смета-сходится").press("Сохранить и продолжить").says("Раздел «Смета» сохранён")


def fill_consents(window: Window, address: str) -> None:
    window.open(f"{address}/sections/consent").look("17-согласия")
    window.put("personal_data", "yes").put("truth", "yes").press("Сохранить и продолжить")


def attach_minutes(window: Window, address: str) -> None:
    """The paper of the meeting as PDF; a text that calls itself PDF is refused first."""
    window.open(f"{address}/documents").look("18-приложения")
    for content in (b"not a pdf at all", minutes_pdf("ТОС «Сосновый бор»", "Родничок")):
        paper = {"name": "Протокол собрания.pdf", "mimeType": "application/pdf", "buffer": content}
        window.main.locator("#slot-minutes").set_input_files(paper)
        window.main.locator("form:has(#slot-minutes) button").click()
        if content.startswith(b"not"):
            expect(window.main.locator("#slot-minutes-error")).to_be_visible()
            window.shoot("18-приложения-не-pdf")
    window.says("Файл приложен")
    window.look("19-приложено")


def submit(window: Window, address: str, *, step: str = "20") -> None:
    """Check the answers, confirm, send; the receipt answers."""
    window.open(f"{address}/check").look(f"{step}-проверка")
    window.put("truth", "yes").put("consent", "yes")
    window.press(re.compile("Отправить заявку на 118"))
    window.says(re.compile("Расписка о приёме заявки №")).look(f"{step}-расписка")
    digest = window.main.locator("code.digest").inner_text().replace(" ", "")
    assert re.fullmatch("[0-9a-f]{64}", digest), digest
    window.says(re.compile(r"\d\d:\d\d:\d\d"))
    window.page.go_back()  # there is nothing to send a second time
    expect(window.main.get_by_role("button", name=re.compile("Отправить заявку"))).to_have_count(0)
    window.page.go_forward()
    window.says(re.compile("Расписка о приёме заявки №"))


def return_for_correction(window: Window, *, slug: str = "change-the-world") -> None:
    """The secretary sends it back with a day until which it can be put right."""
    window.open(f"/office/contests/{slug}/applications").look("21-заявки")
    window.follow("Детская площадка «Родничок»").look("22-проверка-секретаря")
    window.press("Вернуть на исправление").look("22-возврат-без-причины")
    window.put("reasons", "Назовите в цели проекта, сколько детей получит площадку.").put("workdays", "3")
    window.press("Вернуть на исправление").says("возвращена на исправление до 17 марта 2026").look("23-возвращена")


def correct(window: Window, address: str) -> None:
    """The activist puts it right and sends it again."""
    window.open(address).says("Нужны исправления").look("24-исправить")
    window.open(f"{address}/sections/project")
    window.put("goal", "Построить безопасную площадку для 64 детей трёх кварталов")
    window.press("Сохранить и продолжить").says("Раздел «Проект» сохранён")


def admit(window: Window, *, slug: str = "change-the-world") -> None:
    """The secretary goes down the checklist and admits."""
    window.open(f"/office/contests/{slug}/applications").follow("Детская площадка «Родничок»")
    for box in window.main.locator('input[name^="verdict-"][value="ok"]').all():
        window.pick(box)
    window.press("Допустить").says(re.compile("допущена. ТОС получит письмо")).look("25-допущена")


def invite(window: Window, people: Sequence[tuple[str, str, str]], *, slug: str = "change-the-world") -> None:
    """The secretary invites: address, name, seat."""
    window.open(f"/office/contests/{slug}/jury").look("26-жюри-пусто")
    for email, full_name, seat in people:
        window.put("full_name", full_name).put("email", email).put("seat", seat)
        window.press("Отправить приглашение").says(f"Приглашение отправлено: {email}")
    window.look("27-приглашения")


def accept_invitation(window: Window, post: PostOffice, *, email: str, look: bool = False) -> None:
    """Open the link of the letter, sign in, accept."""
    window.open(post.link_to(email, "Приглашение"))
    if look:
        window.look("28-приглашение")
    window.follow("Войти")
    window.fill("Адрес почты", email).fill("Пароль", DEMO_PASSWORD).press("Войти")
    window.says("Принять приглашение")
    if look:
        window.look("28-приглашение-принять")
    window.press("Принять приглашение").says(re.compile("Вы в комиссии конкурса"))


def score(window: Window, marks: Sequence[int], *, slug: str = "change-the-world", look: bool = False) -> None:
    """Declare no conflict, mark with the digits of the keyboard, sign."""
    seen = window.look if look else lambda step: window
    window.open(f"/jury/{slug}")
    seen("29-мои-заявки")
    window.follow(re.compile("Открыть №"))
    seen("30-личный-интерес")
    window.put("conflict", "no").press("Ответить и продолжить").says("Ваша оценка")
    seen("31-лист")
    mark_by_keyboard(window, marks)
    expect(window.page.locator("[data-save]").first).to_contain_text("Сохранено в")
    seen("32-лист-заполнен")
    window.press("Проверить и подписать").says("После подписи изменить оценку нельзя")
    seen("33-подпись")
    window.press("Подписать лист").says(re.compile("подписан"))
    seen("34-подписано")


def mark_by_keyboard(window: Window, marks: Sequence[int]) -> None:
    """From the first criterion on by Tab alone; a digit sets the mark, 1 and 0 in a row mean ten."""
    window.main.locator("fieldset.crit input").first.focus()
    for place, mark in enumerate(marks):
        for digit in str(mark):
            window.page.keyboard.press(digit)
        chosen = window.page.evaluate("document.activeElement.checked ? document.activeElement.value : ''")
        assert chosen == str(mark), f"критерий {place + 1}: {chosen}, ждали {mark}"
        if place + 1 < len(marks):
            tab_to_next_criterion(window)


def tab_to_next_criterion(window: Window) -> None:
    was = window.page.evaluate("document.activeElement.name")
    for _ in range(6):
        window.page.keyboard.press("Tab")
        if window.page.evaluate("document.activeElement.type === 'radio' && document.activeElement.name") not in (
            False,
            was,
        ):
            return
    raise AssertionError("за шесть нажатий Tab не дошли до следующего критерия")


def prepare(window: Window, *, slug: str = "change-the-world") -> None:
    """The secretary prepares the decision and finds no way to approve it alone."""
    window.open(f"/office/contests/{slug}/ranking").look("35-решение-форма")
    window.put("number", "2").put("held_at-date", "08.04.2026").put("place", "р. п. Ордынское, малый зал")
    window.press("Подготовить решение").says("Укажите час, когда началось заседание").look("35-решение-замечания")
    window.put("held_at-time", "14:30")
    for box in window.main.locator('[name="present"]').all():
        window.pick(box)
    window.put("questions-2-in_favour", "3").put("questions-2-decision", "Распределить по рейтингу")
    window.press("Добавить вопрос").put("questions-3-question", "О сроках отчётов")
    window.press("Подготовить решение").says("Решение подготовлено").look("36-решение-подготовлено")
    expect(window.main.get_by_role("button", name=re.compile("Утвердить"))).to_have_count(0)
    token = window.main.locator('[name="csrf_token"]').first.input_value()
    refused = window.page.request.post(
        f"{window.url}/office/contests/{slug}/decision/1/approve", form={"csrf_token": token}, max_redirects=0
    )
    assert refused.status in (403, 404), refused.status


def approve(window: Window, *, slug: str = "change-the-world") -> None:
    window.open(f"/office/contests/{slug}/ranking").look("37-решение-председателю")
    window.press(re.compile("Утвердить решение на 118")).says("Решение утверждено").look("38-утверждено")


def publish(window: Window, *, slug: str = "change-the-world") -> None:
    window.open(f"/office/contests/{slug}/ranking").press("Опубликовать результаты")
    window.says("Результаты опубликованы").look("39-опубликовано")


def read_results(window: Window, folder: Path, *, slug: str = "change-the-world") -> dict[str, Path]:
    """A visitor reads the results from the home page on and takes the three protocols."""
    window.open("/").choose_in_menu("Итоги").look("40-итоги").follow(re.compile("Если хочешь изменить мир"))
    window.open(f"/contests/{slug}/results")
    window.says("Детская площадка «Родничок»", re.compile("118.400,00")).look("41-результаты")
    files = {}
    for kind in ("pdf", "docx", "json"):
        link = window.main.locator(f'a[href$="protocol.{kind}"]').first
        file = window.downloaded(link.click)
        files[kind] = file.rename(folder / f"protocol.{kind}")
    window.follow("Детская площадка «Родничок»").look("42-почему-такое-место")
    return files
