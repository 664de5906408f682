"""A district before its first programme, and what its people do in the programme office, told once.

Each act starts on any page and ends on the page that answers it; a page that somebody looks at is looked at by axe too.
"""

import json
import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import docx
import openpyxl
from playwright.sync_api import expect

from tests.browser.window import Window
from tosportal.demo.files import minutes_pdf, photo_jpeg
from tosportal.demo.people import ACTIVIST, PASSWORD, SECRETARY, DemoPerson
from tosportal.domain.indicator_measures import split_measure
from tosportal.domain.permissions import Role, Scope
from tosportal.domain.protocol import digest
from tosportal.domain.tos_list import read_tos_csv
from tosportal.features.accounts.models import Person
from tosportal.features.accounts.service import add_person, grant_role
from tosportal.features.registry.queries import tos_by_code
from tosportal.features.registry.service import add_municipality, ask_link, decide_link, import_tos

DOCX = Path(__file__).parents[1] / "data" / "programme-ordynsky.docx"
SLUG = "tos-2024-2026"
YEAR = 2025
POPULATION = 35_000


def make_blank_district(now: datetime) -> None:
    """A municipality with a secretary, ТОС and the chair of one of them; nobody has loaded a programme."""
    then = now - timedelta(days=300)
    municipality = add_municipality(
        code="ordynsky",
        name="Ордынский район",
        owner_name="Администрация Ордынского района Новосибирской области",
        region_name="Новосибирская область",
        zone="Asia/Novosibirsk",
        zone_words="по Новосибирску",
        population=POPULATION,
        now=then,
    )
    secretary = person_of(SECRETARY, then)
    grant_role(secretary, Role.SECRETARY, Scope.MUNICIPALITY, municipality.id, actor=None, now=then)
    table = read_tos_csv((files("tosportal") / "sample" / "tos-sample.csv").read_bytes(), today=then.date())
    import_tos(table, municipality=municipality, actor=secretary, now=then)
    tos = tos_by_code(ACTIVIST.place)
    assert tos is not None
    link = ask_link(person=person_of(ACTIVIST, then), tos=tos, seat="chair", basis="Протокол № 1", now=then)
    decide_link(link, accept=True, answer="", actor=secretary, now=then)


def person_of(one: DemoPerson, now: datetime) -> Person:
    return add_person(email=one.email, full_name=one.full_name, password=PASSWORD, now=now)


# --- the file becomes the programme ----------------------------------------------------------------------------------

TARGET = f"indicators[ind-4-2].targets.{YEAR}.value"


def upload(window: Window) -> str:
    """From the empty office to what was recognised; the address of the upload comes back."""
    window.open("/desk").follow("Работа с программой").says("Программа ещё не загружена").look("50-программы-нет")
    window.follow("Загрузить файл").press("Прочитать файл").says("Выберите файл с программой")
    window.look("51-загрузка-без-файла")
    window.main.locator("#file").set_input_files(DOCX)
    window.press("Прочитать файл").says("в программу пока ничего не попало")
    return window.path


def correct(window: Window, address: str) -> None:
    """One target is put right; a bad value first: the words stand at the field, what was typed stays."""
    window.open(f"{address}/indicators?at={TARGET}").says("«45»", "таблица 2, строка 12, графа 6")
    typed = "сорок шесть"
    window.put(TARGET, typed).press("Сохранить")
    field = window.main.locator(f'[name="{TARGET}"]')
    error = window.main.locator(f"[id='{TARGET}-error']")
    expect(error).to_be_visible()
    expect(error).to_contain_text("число")
    expect(field).to_have_value(typed)
    window.look("54-значение-не-число")
    window.put(TARGET, "46").press("Сохранить").says(re.compile(r"Исправлено значений: 1$"), re.compile("· исправлено"))
    expect(window.main.locator(f'[name="{TARGET}"]')).to_have_value("46")


def nothing_is_in_the_programme(window: Window) -> None:
    window.open("/programme").says("Программа ещё не загружена").look("55-до-подтверждения")
    window.open(f"/programme/{SLUG}", status=404)


def confirm(window: Window, address: str) -> None:
    """The contradictions with their places, among them the pair of lines; then the act, without it no programme."""
    window.open(address).says("Меняет число или смысл")
    window.main.get_by_text("Подсказка:").click()
    window.look("56-противоречия")
    pair = window.main.get_by_role("row").filter(has_text="12 986,76")
    expect(pair).to_contain_text("27 013,24")
    expect(pair).to_contain_text("таблица 3, строка 57, графа 6")
    expect(pair).to_contain_text("таблица 3, строка 75, графа 6")
    window.put("slug", "ТОС 2024").put("act_name", "постановление администрации района").put("act_number", "1056/89")
    window.press("Записать программу").says("латинские буквы, цифры и дефис")
    expect(window.main.locator('[name="slug"]')).to_have_value("ТОС 2024")
    expect(window.main.locator('[name="act_number"]')).to_have_value("1056/89")
    window.put("slug", SLUG).put_day("act_on", date(2023, 8, 18))
    window.press("Записать программу").says("Программа записана, редакция 1.", "Что дальше").look("57-что-дальше")
    window.follow("Страница программы").look("58-программа")
    window.says("18 августа 2023", "№ 1056/89", re.compile("3.575.500,00"))


# --- what happened in the year ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """A «День соседей» as somebody enters it."""

    title: str
    held_on: date
    place: str
    people: int


BY_SECRETARY = Told("День соседей на площади", date(YEAR, 9, 20), "р. п. Ордынское, площадь у Дома культуры", 2_450)
BY_ACTIVIST = Told("День соседей на улице Горького", date(YEAR, 10, 18), "р. п. Ордынское, ул. Горького, 4", 350)
CAPTION = "Жители у накрытого стола"
LIST_NAME = "список участников.pdf"


def fill_event(window: Window, told: Told) -> None:
    window.put("kind", "neighbours_day").put("title", told.title).put_day("held_on", told.held_on)
    window.put("place", told.place).put("participants", str(told.people))


def enter_event(window: Window) -> str:
    """The secretary enters an event with a photo, then a list of people; the address of the event comes back."""
    window.open("/events/new").look("60-новое-событие")
    fill_event(window, BY_SECRETARY)
    window.main.get_by_text("Рассказ, ссылка, программа").click()
    window.main.locator("#activity").select_option(label="Содействие в проведении акции «День соседей»")
    photo = {"name": "праздник.jpg", "mimeType": "image/jpeg", "buffer": photo_jpeg(BY_SECRETARY.title)}
    window.main.locator("#photo").set_input_files(photo)
    window.put("caption", CAPTION).press("Внести событие").says("Событие внесено").look("61-событие-внесено")
    address = window.path
    window.follow("Фото и документы")
    paper = {"name": LIST_NAME, "mimeType": "application/pdf", "buffer": minutes_pdf("Список", BY_SECRETARY.title)}
    window.main.locator("#list").set_input_files(paper)
    window.press("Приложить файл", window.main.locator("form:has(#list)")).says(LIST_NAME).look("62-фото-и-списки")
    return address


def send_event(window: Window) -> str:
    """An activist tells of another one."""
    window.open("/events/new").shoot("63-событие-активиста")
    fill_event(window, BY_ACTIVIST)
    window.press("Отправить секретарю").says("Событие ждёт подтверждения").look("64-ждёт-подтверждения")
    return window.path


def confirm_event(window: Window) -> None:
    """The secretary finds it among what is missing for the report of the quarter."""
    window.open(f"/office/programme/{SLUG}/quarters/{YEAR}/4").says("События ждут подтверждения: 1")
    window.look("65-чего-не-хватает").follow(BY_ACTIVIST.title).look("65-подтвердить-событие")
    window.press("Подтвердить").says("Подтверждено")


def read_event_as_visitor(window: Window, address: str, paper: str) -> None:
    """The photo is on the open page; the list of people is neither there nor at its address."""
    window.open(address).says(BY_SECRETARY.title, CAPTION).look("66-событие-всем")
    photo = window.main.get_by_role("img", name=CAPTION)
    photo.scroll_into_view_if_needed()
    expect(photo).to_have_js_property("complete", True)
    assert photo.evaluate("(one) => one.naturalWidth") > 0
    expect(window.main.get_by_text(re.compile("спис", re.IGNORECASE))).to_have_count(0)
    answer = window.page.request.get(window.url + paper)
    assert not answer.body().startswith(b"%PDF")
    assert "/sign-in" in answer.url


def record_entry(window: Window, kind: str, entry_sum: str, day: date, document: str, *, look: str = "") -> None:
    """The secretary writes one entry of the ledger about the seminars of the year."""
    window.open(f"/office/programme/{SLUG}/ledger/new?year={YEAR}&kind={kind}&activity=act-2-2&source=local")
    window.put("entry_sum", entry_sum).put_day("dated_on", day).put("document", document)
    if look:
        window.shoot(look)
    window.press("Внести запись").says("Запись внесена")


ROSTER, CASH = Decimal("70000.00"), Decimal("66500.50")
CONTRACT = "муниципальный контракт № 7, платёжное поручение № 118"


def fill_ledger(window: Window) -> None:
    record_entry(window, "roster", "70 000", date(YEAR, 1, 15), "Роспись № 1")
    record_entry(window, "cash", "66 500,50", date(YEAR, 11, 28), CONTRACT, look="67-запись-о-кассе")
    window.look("68-деньги-года")
    window.follow(re.compile("66.500,50")).says(CONTRACT).look("69-записи-числа")


# --- indicators ------------------------------------------------------------------------------------------------------


def write_passport(window: Window, code: str, formula: str, *variables: tuple[str, str, str, str]) -> None:
    """How an indicator is counted, as a document writes it: sign, meaning, unit, measure."""
    window.open(f"/office/indicators/{SLUG}/{code}/passport").put("formula", formula)
    if len(variables) > 1:
        window.main.locator("summary").filter(has_text="Ещё обозначения").click()
    for at, (name, meaning, unit, measure) in enumerate(variables):
        window.put(f"name-{at}", name).put(f"meaning-{at}", meaning).put(f"unit-{at}", unit)
        base, activity = split_measure(measure)
        window.put(f"measure-{at}", base).put(f"activity-{at}", activity)
    if any(one[3].startswith("persons") for one in variables):
        window.put("counting", "persons")
    window.press("Записать паспорт").says("Паспорт показателя записан")


def write_passports(window: Window) -> None:
    """A formula of two signs, and one that is the cash itself."""
    write_passport(
        window,
        "ind-1-1",
        "Доб = Коб1/Коб2 Х 100",
        ("Коб1", "участники событий программы", "чел.", "persons"),
        ("Коб2", "жители района", "чел.", "population"),
    )
    window.look("70-паспорт-показателя")
    write_passport(window, "ind-2-2", "Соб", ("Соб", "касса на обучение", "тыс. руб.", "cash:act-2-2"))


def enter_facts(window: Window) -> None:
    """One by hand with its document, one counted by the portal: its third quarter and its year; a reason."""
    window.open(f"/office/indicators/{SLUG}/ind-3-1/{YEAR}").press("Записать значение")
    window.says("Напишите число, например 12,9", "Назовите документ").look("71-факт-замечания")
    window.put("value", "2").put("source_document", "Протоколы встреч № 1 и № 2").press("Записать значение")
    window.says("значение записано")
    window.put("reason", "Третью встречу перенесли на январь").press("Записать причину").says("причина записана")
    for code, quarter, shown in (("ind-1-1", 3, "7"), ("ind-1-1", 0, "8"), ("ind-2-2", 0, "66,5005")):
        window.open(f"/office/indicators/{SLUG}/{code}/{YEAR}" + (f"?quarter={quarter}" if quarter else ""))
        window.press(re.compile(f"^Зафиксировать {shown}$")).says("значение зафиксировано", "Зафиксировано")
    window.look("73-факт-зафиксирован")


# --- the year --------------------------------------------------------------------------------------------------------


def number_of(text: str) -> Decimal:
    """The first number of a text as a page prints it."""
    found = re.search(r"-?[0-9][0-9 ]*(?:,[0-9]+)?", text.replace("\u00a0", " ").replace("−", "-"))
    assert found, text
    return Decimal(found.group().replace(" ", "").replace(",", "."))


def open_fact(window: Window, name: str) -> Decimal:
    """From the page of the year to what the fact of an indicator was counted from; the fact of the year's page."""
    window.open(f"/programme/{SLUG}/years/{YEAR}")
    link = window.main.get_by_role("row").filter(has_text=name).get_by_role("link").first
    fact = number_of(link.inner_text())
    with window.page.expect_navigation():
        link.click()
    return fact


def recount(window: Window) -> dict[str, tuple[Decimal, Decimal]]:
    """Each sign of the formula: its value as printed, and the sum of the records under it."""
    found = {}
    for sign in window.main.get_by_role("heading", level=3).all():
        name, value = sign.inner_text().split(":")
        table = sign.locator("xpath=following-sibling::*[self::div or self::h3][1]/self::div")
        cells = table.locator("tbody tr td:last-child").all_inner_texts() if table.count() else []
        found[name] = number_of(value), sum(map(number_of, cells), Decimal(0))
    return found


def recount_as_visitor(window: Window) -> None:
    """Both counted facts are counted again from what the page shows, down to the events and the contract."""
    assert open_fact(window, "Доля граждан") == 8
    window.look("74-из-чего-факт")
    signs = recount(window)
    assert signs == {"Коб1": (2800, 2800), "Коб2": (POPULATION, 0)}
    assert signs["Коб1"][1] * 100 / signs["Коб2"][0] == number_of(window.main.locator(".sum").inner_text())
    window.follow(re.compile(BY_ACTIVIST.title)).says("350 участников")
    assert open_fact(window, "на обучение") == Decimal("66.5")
    assert recount(window) == {"Соб": (Decimal("66.5005"), CASH)}
    window.says(CONTRACT).shoot("75-из-чего-касса")


@dataclass(frozen=True)
class Line:
    """An indicator as the page of the year shows it, numbers as numbers; None where there is no data."""

    plan: Decimal
    fact: Decimal | None
    reason: str


def lines_of_year(window: Window) -> dict[str, Line]:
    """The indicators of the page of the year, by number and name."""
    table = window.main.get_by_role("table", name="Показатели: план и факт")
    found = {}
    for row in table.locator("tbody tr").all():
        name, _unit, plan, fact, _done, reason = row.locator("th, td").all_inner_texts()
        has_fact = "нет данных" not in fact
        found[name] = Line(number_of(plan), number_of(fact) if has_fact else None, reason.strip(" —"))
    return found


def close_year(window: Window) -> None:
    """The year is closed; a form that somebody opened before is refused in words, what was typed stays."""
    address = f"/office/indicators/{SLUG}/ind-3-1/{YEAR}"
    window.open(f"/programme/{SLUG}/years/{YEAR}")
    late = window.context.new_page()
    late.goto(window.url + address)
    window.press(f"Закрыть {YEAR} год с отчётом").says(f"{YEAR} год закрыт", "Контрольная сумма").look("77-год-закрыт")
    late.get_by_label("Факт", exact=True).fill("3")
    late.get_by_label("Из какого документа").fill("Протокол № 3")
    late.get_by_role("button", name="Записать значение").click()
    words = f"{YEAR} год закрыт с отчётом. Чтобы исправить, его нужно открыть и назвать причину"
    expect(late.get_by_role("alert")).to_contain_text(words)
    late.close()
    window.open(address).says("Исправить значение можно, когда год открыт снова").shoot("78-после-закрытия")
    expect(window.main.get_by_role("button", name="Записать значение")).to_have_count(0)


# --- the files of the report -----------------------------------------------------------------------------------------


def check_report(window: Window, folder: Path) -> None:
    """A visitor takes the report of the closed year three times; each says what the page says."""
    lines = lines_of_year(window.open(f"/programme/{SLUG}/years/{YEAR}"))
    assert lines["3.1. Количество проведенных встреч"] == Line(3, 2, "Третью встречу перенесли на январь")
    assert lines["4.2. Количество граждан, принявших участие в акции «День соседей»"] == Line(46, None, "")
    assert [one.fact for one in lines.values()].count(None) == 4
    window.says("У 4 показателей факта нет")
    money = next(name for name in lines if name.startswith("2.2."))
    assert lines[money].fact == Decimal("66.5")  # with the digits of its unit; the files have all of them
    lines[money] = replace(lines[money], fact=Decimal("66.5005"))
    said = window.main.locator("code.digest").inner_text().replace(" ", "")
    report = json.loads(file_of(window, "JSON", folder).read_text(encoding="utf-8"))
    assert digest(report) == said
    from_json = {
        f"{one['number']}. {one['name']}": Line(Decimal(one["plan"]), decimal_or_none(one["fact"]), one["reason"])
        for one in report["indicators"]
    }
    assert from_json == lines
    money = next(one for one in report["spending"] if one["activity"] == "act-2-2" and one["source"] == "local")
    assert (Decimal(money["roster"]), Decimal(money["cash"])) == (ROSTER, CASH)
    check_book(file_of(window, "XLSX", folder), lines)
    check_letter(file_of(window, "DOCX", folder), lines)


def file_of(window: Window, kind: str, folder: Path) -> Path:
    link = window.main.get_by_role("link", name=re.compile(f"^{kind}")).first
    return window.downloaded(link.click).rename(folder / f"report.{kind.lower()}")


def decimal_or_none(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def check_book(file: Path, lines: dict[str, Line]) -> None:
    """Figures are numbers, deviations are formulas that carry their values for who opens the file on a phone."""
    shown, written = (openpyxl.load_workbook(file, data_only=data_only)["Показатели"] for data_only in (True, False))
    found = {}
    for cells, formulas in zip(shown.iter_rows(), written.iter_rows(), strict=True):
        values = [one.value for one in cells]
        name = f"{values[0]}. {values[1]}"
        if name in lines:
            plan, fact = values[3], values[4]
            is_number = isinstance(fact, int | float)
            found[name] = Line(of_book(plan), of_book(fact) if is_number else None, values[7] or "")
            assert str(formulas[5].value).startswith("=")
            assert values[5] == (float(of_book(fact) - of_book(plan)) if is_number else "—")
    assert found == lines
    numbers = [
        one for row in openpyxl.load_workbook(file, data_only=True)["Расходы по источникам"].values for one in row
    ]
    assert float(CASH) in numbers


def of_book(value: float) -> Decimal:
    return Decimal(repr(value)).normalize()


def check_letter(file: Path, lines: dict[str, Line]) -> None:
    """The first table of the Word file."""
    found = {}
    for table in docx.Document(str(file)).tables:
        for row in table.rows:
            cells = [one.text for one in row.cells]
            name = f"{cells[0]}. {cells[1]}"
            if name in lines and name not in found:
                has_fact = cells[4] != "нет данных"
                found[name] = Line(number_of(cells[3]), number_of(cells[4]) if has_fact else None, cells[7])
    assert found == lines


# --- the dashboard, and the same in English --------------------------------------------------------------------------


def look_over(window: Window) -> None:
    """The dashboard as a visitor sees it, with the figures of the year."""
    window.open(f"/programme/{SLUG}/dashboard?year={YEAR}").look("79-ход-выполнения")
    for words in ("1 358,5 тыс. ₽", "66,5 тыс. ₽"):
        assert words in window.text, words
    window.main.get_by_text("Те же числа таблицей").click()
    total = window.main.get_by_role("row", name="Все годы, план")
    assert number_of(total.locator("td").last.inner_text()) == Decimal("3575500.00")
    row = (
        window.main.get_by_role("table", name="Показатели по риску").get_by_role("row").filter(has_text="Доля граждан")
    )
    expect(row).to_contain_text("не достигнут")
    done = window.main.get_by_role("row").filter(has_text="Содействие в проведении акции")
    expect(done).to_contain_text("1 событие")
    window.follow("8", row).says("Из чего сложилось значение")


def read_in_english(window: Window) -> None:
    """The same pages for whoever reads English."""
    window.open(f"/programme/{SLUG}/years/{YEAR}")
    with window.page.expect_navigation():
        window.page.get_by_role("button", name="English").first.click()
    for step, address in (
        ("80-english-year", f"/programme/{SLUG}/years/{YEAR}"),
        ("81-english-dashboard", f"/programme/{SLUG}/dashboard?year={YEAR}"),
        ("82-english-lineage", f"/indicators/{SLUG}/ind-1-1/{YEAR}"),
    ):
        window.open(address).shoot(step)
        assert not window.sideways()
        assert window.page.locator("html").get_attribute("lang") == "en"
        words = " ".join(window.main.locator("h2, th[scope=col], .btn, .tag").all_inner_texts())
        assert not re.search("[а-яё]", words, re.IGNORECASE), words
