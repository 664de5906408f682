"""Pages of the ledger: figures and what they are made of, a new entry, the import, the level of the region."""

import re
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from sqlalchemy import func, select

from tests.conftest import NOW
from tests.features.ledger.make_ledger import make_entry
from tests.features.programmes.test_service import load
from tests.make import give_role, make_municipality, make_person, make_secretary
from tests.pages import Browser, said
from tosportal.domain.permissions import Role, Scope
from tosportal.features.ledger import service
from tosportal.features.ledger.models import LedgerEntry
from tosportal.features.ledger.papers import ledger_sheet
from tosportal.features.ledger.queries import all_facts
from tosportal.features.registry.queries import municipality_of_page
from tosportal.support.db import db
from tosportal.support.documents.sheet_rows import write_sheet

PAGE = "/office/programme/tos-2024-2026/ledger"
REGION = "/office/programme/tos-2024-2026/cofinancing"
TYPED = {
    "kind": "cash",
    "activity": "act-4-1",
    "year": "2026",
    "source": "local",
    "entry_sum": "12 986,76",
    "dated_on-day": "2",
    "dated_on-month": "3",
    "dated_on-year": "2026",
    "document": "Платёжное поручение № 118",
    "note": "",
    "level": "",
}


@pytest.fixture
def programme(app):
    found = load()
    db.session.commit()
    return found


@pytest.fixture
def office(app, programme):
    secretary = make_secretary(municipality_of_page())
    db.session.commit()
    return Browser(app, secretary)


@pytest.fixture
def observer(app, programme):
    somebody = give_role(make_person(), Role.OBSERVER, Scope.MUNICIPALITY, municipality_of_page().id)
    db.session.commit()
    return Browser(app, somebody)


def entries_count() -> int:
    return db.session.scalar(select(func.count()).select_from(LedgerEntry)) or 0


def words(page) -> str:
    return said(page).replace("\u00a0", " ")


def links_of(page) -> list[str]:
    return [
        one.replace("&amp;", "&") for one in re.findall(rf'href="({PAGE}/entries\?[^"]+)"', page.get_data(as_text=True))
    ]


def test_the_page_shows_a_year_and_every_figure_opens_what_it_is_made_of(programme, office):
    make_entry(programme)
    make_entry(programme, "12986.76", source="local")
    make_entry(programme, "600000.00", kind="cash", document="Платёжное поручение № 1")
    db.session.commit()
    page = office.get(PAGE)
    text = words(page)
    assert "Деньги программы, 2026 год" in text
    assert "Областной бюджет 708 500,00 708 500,00 — — — 600 000,00 108 500,00" in text
    assert "Местный бюджет 12 986,76 12 986,76 — — — — 12 986,76" in text
    assert "Вместе 721 486,76 721 486,76 — — — 600 000,00 121 486,76" in text
    assert "Без денег в этом году: 4 мероприятия" in text
    links = links_of(page)
    assert len(links) > 20
    for link in dict.fromkeys(links):
        figure = re.search(r"figure=(\w+)", link).group(1)
        opened = words(office.get(link))
        shown = re.search(re.escape(link.replace("&", "&amp;")) + r'">([^<]+)<', page.get_data(as_text=True)).group(1)
        assert shown.replace("\u00a0", " ") + " ₽" in opened, (figure, link)


def test_thousands_add_up_in_every_column_and_say_so(programme, office):
    make_entry(programme, "333333.33")
    make_entry(programme, "12933.33", source="local")
    make_entry(programme, "26913.24", source="local", activity="act-4-4")
    db.session.commit()
    page = office.get(f"{PAGE}?unit=thousand")
    assert "округлены всей таблицей сразу" in words(page)
    cells = re.findall(r"<tr><th scope=\"row\">([^<]+)</th>(.*?)</tr>", page.get_data(as_text=True), re.S)
    cells = [(name.replace("\u00a0", " "), row) for name, row in cells]
    rosters = [(name, re.search(r"figure=roster[^>]*>([^<]+)<", row)) for name, row in cells]
    tenths = [
        (name, Decimal(found.group(1).replace("\u00a0", "").replace(",", "."))) for name, found in rosters if found
    ]
    region = [value for name, value in tenths if name == "Областной бюджет"]
    local = [value for name, value in tenths if name == "Местный бюджет"]
    total = [value for name, value in tenths if name == "Всего"]
    assert region[0] == region[1]
    assert sum(local[:-1]) == local[-1]
    assert region[-1] + local[-1] == total[0]


def test_the_secretary_writes_an_entry_and_hears_what_goes_beyond(programme, office):
    page = office.post(f"{PAGE}/new?year=2026", TYPED)
    assert page.request.path == PAGE
    assert "Запись внесена: Касса" in words(page)
    assert entries_count() == 1
    page = office.post(f"{PAGE}/new?year=2026", TYPED | {"entry_sum": "1", "document": "№ 2"})
    assert "План 12 986,76 ₽, а касса 12 987,76 ₽: больше на 1,00 ₽" in words(page)
    page = office.post(f"{PAGE}/new", TYPED, code=422)
    assert "Точно такая запись уже есть" in words(page)
    assert entries_count() == 2


@pytest.mark.parametrize(
    ("name", "value", "remark"),
    [
        ("entry_sum", "сорок", "Напишите сумму цифрами"),
        ("entry_sum", "", "Напишите сумму в рублях"),
        ("year", "1999", "В программе годы с 2024 по 2026"),
        ("year", "x", "В программе годы с 2024 по 2026"),
        ("kind", "", "Выберите вид записи"),
        ("source", "lunar", "Выберите источник денег"),
        ("activity", "", "Выберите мероприятие"),
        ("activity", "act-0", "Выберите мероприятие"),
        ("dated_on-day", "32", "Укажите день, месяц и год документа"),
        ("dated_on-year", "2027", "Этот день ещё не наступил"),
        ("document", " ", "Назовите документ"),
        ("level", "98,2", "Уровень пишут только у соглашения с областью"),
    ],
)
def test_a_wrong_form_comes_back_with_all_that_was_typed(programme, office, name, value, remark):
    page = office.post(f"{PAGE}/new", TYPED | {name: value}, code=422)
    assert remark in words(page)
    text = page.get_data(as_text=True)
    for other in ("Платёжное поручение № 118", "12 986,76"):
        assert other in text or other == TYPED[name] or name in ("entry_sum", "document")
    assert entries_count() == 0


def test_an_entry_is_taken_back_from_its_page(programme, office):
    entry = make_entry(programme)
    db.session.commit()
    address = f"{PAGE}/entries/{entry.id}"
    assert "почему" in words(office.post(f"{address}/take-back", {"reason": ""}, code=422))
    page = office.post(f"{address}/take-back", {"reason": "Не тот год"})
    assert "взята обратно записью" in words(page)
    assert "Взять запись обратно" not in words(office.get(address))
    assert "Взята обратно" in words(office.get(f"{PAGE}/entries?figure=roster&year=2026"))


def test_a_table_is_downloaded_filled_in_looked_through_and_loaded(programme, office):
    rows = [["Касса", "act-4-1", 2026, "Местный бюджет", Decimal("10.05"), date(2026, 2, 3), "№ 1", None, None]]
    names = ("Вид записи", "Мероприятие", "Год", "Источник", "Сумма", "Дата", "Документ", "Примечание", "Своё")
    titles = [(one, 10) for one in names]
    content = write_sheet("Учёт", titles, rows)
    page = office.post(f"{PAGE}/import", {"file": (BytesIO(content), "учёт.xlsx"), "do": "check"})
    assert "Файл верный" in words(page)
    assert "Незнакомые колонки пропущены: Своё" in words(page)
    assert entries_count() == 0
    kept = re.search(r'name="kept" value="([^"]+)"', page.get_data(as_text=True)).group(1)
    page = office.post(f"{PAGE}/import", {"kept": kept, "do": "load"})
    assert "Внесена 1 запись, уже стояло: 0" in words(page)
    assert entries_count() == 1
    page = office.post(f"{PAGE}/import", {"file": (BytesIO(content), "учёт.xlsx"), "do": "check"})
    assert "все эти записи уже стоят" in words(page)


def test_what_the_portal_gives_out_it_takes_back_without_a_change(programme, office):
    entry = make_entry(programme)
    make_entry(programme, kind="region_agreement", level=Decimal("98.2"), note="=1+1")
    service.take_back(entry, programme, reason="Ошибка", actor=None, now=NOW)
    db.session.commit()
    content = office.client.get(f"{PAGE}.xlsx").get_data()
    page = office.post(f"{PAGE}/import", {"file": (BytesIO(content), "ledger.xlsx"), "do": "load"})
    assert "уже стояло: 3" in words(page)
    assert entries_count() == 3
    assert content[:2] == ledger_sheet(all_facts(programme.id))[:2] == b"PK"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"%PDF-1.7", b"a;b;c\n1;2;3", ledger_sheet([])[:900]])
def test_a_file_that_is_no_table_is_refused_in_words(programme, office, content):
    page = office.post(f"{PAGE}/import", {"file": (BytesIO(content), "учёт.xlsx"), "do": "load"}, code=422)
    assert "Исправьте 1 место" in words(page)
    assert entries_count() == 0


def test_a_bad_cell_is_named_by_row_and_column(programme, office):
    content = write_sheet(
        "Лист", [(one, 10) for one in ("Вид записи", "Мероприятие", "Год", "Источник", "Сумма", "День", "Документ")],
        [["Касса", "act-4-1", 2026, "Местный бюджет", "сорок", date(2026, 2, 3), "№ 1"]],
    )  # fmt: skip
    page = office.post(f"{PAGE}/import", {"file": (BytesIO(content), "учёт.xlsx"), "do": "load"}, code=422)
    assert "2 Сумма, руб. сорок Напишите сумму цифрами" in words(page)


def test_the_level_of_the_region_is_checked_step_by_step(programme, office):
    assert "Соглашение с областью не записано" in words(office.get(REGION))
    make_entry(programme, kind="region_agreement", level=Decimal("98.2"), document="Соглашение № 7")
    make_entry(programme, "300000.00", kind="tranche", document="Транш № 1")
    db.session.commit()
    text = words(office.get(REGION))
    assert "708 500,00 ₽ ÷ 98,2 % = 721 486,76 ₽" in text
    assert "721 486,76 ₽ − 708 500,00 ₽ = 12 986,76 ₽" in text
    assert "1,79999977 %, нужно не меньше 1,8 %" in text
    assert "с точностью до округления" in text
    assert "Уровень соблюдён" in text
    assert "Ещё придёт 408 500,00 ₽" in text
    make_entry(programme, "98300.00", kind="cash", document="№ 1")
    make_entry(programme, "1700.00", kind="cash", source="local", document="№ 2")
    make_entry(programme, "700000.00", document="Роспись")
    db.session.commit()
    text = words(office.get(REGION))
    assert "Уровень нарушен" in text
    assert "меньше 1,8 %: нужно 1 800,00 ₽" in text
    assert "Соглашение с областью 708 500,00 ₽, а в росписи 700 000,00 ₽" in text


def test_the_observer_reads_and_does_not_write(programme, observer, visitor):
    entry = make_entry(programme)
    db.session.commit()
    for address in (PAGE, f"{PAGE}/entries?figure=roster", f"{PAGE}/entries/{entry.id}", REGION):
        text = words(observer.get(address))
        assert "Внести запись" not in text
        assert "Взять запись обратно" not in text
        assert "/sign-in" in visitor.get(address).request.path
    for address in (f"{PAGE}/new", f"{PAGE}/import"):
        assert observer.client.get(address).status_code == 403
        assert observer.client.post(address, data=TYPED).status_code == 403
    assert observer.client.post(f"{PAGE}/entries/{entry.id}/take-back", data={"reason": "Так"}).status_code == 403
    assert entries_count() == 1


def test_another_district_does_not_see_it(app, programme):
    stranger = make_secretary(make_municipality("other", "Другой район"))
    entry = make_entry(programme)
    db.session.commit()
    browser = Browser(app, stranger)
    for address in (PAGE, f"{PAGE}/entries", f"{PAGE}/entries/{entry.id}", f"{PAGE}/new", f"{PAGE}/import", REGION):
        browser.get(address, code=404)
    for wrong in ("", "?year=x", "?year=9999", "?figure=none&activity=%00&source=none", "?page=77"):
        Browser(app, make_secretary(municipality_of_page())).get(f"{PAGE}/entries{wrong}")


def test_the_number_of_queries_does_not_depend_on_the_number_of_entries(programme, office, statements):
    def counted() -> dict[str, int]:
        found = {}
        for address in (PAGE, f"{PAGE}?unit=thousand", f"{PAGE}/entries?figure=cash", REGION):
            office.get(address)
            statements.clear()
            office.get(address)
            found[address] = len(statements)
        return found

    make_entry(programme, kind="region_agreement", level=Decimal("98.2"))
    make_entry(programme, "1.00", kind="cash")
    few = counted()
    for number in range(40):
        make_entry(programme, "1.00", kind="cash", document=f"№ {number}", source="local", activity="act-2-2")
        make_entry(programme, "1.00", kind="roster", document=f"№ {number}", source="local", activity="act-4-3")
    db.session.commit()
    assert counted() == few
    assert max(few.values()) <= 12, few


def test_every_page_speaks_english(app, programme):
    secretary = make_secretary(municipality_of_page())
    make_entry(programme, kind="region_agreement", level=Decimal("98.2"))
    entry = make_entry(programme)
    db.session.commit()
    browser = Browser(app, secretary, language="en")
    pages = {
        PAGE: "Money of the programme, 2026",
        f"{PAGE}?unit=thousand": "rounded as a whole table",
        f"{PAGE}/entries?figure=roster": "Sum of 1 entry",
        f"{PAGE}/entries?figure=plan": "Edition of the programme No. 1",
        f"{PAGE}/entries?figure=remainder": "What the remainder is made of",
        f"{PAGE}/entries/{entry.id}": "Take the entry back",
        f"{PAGE}/new": "Add an entry",
        f"{PAGE}/import": "Loading entries from a file",
        REGION: "708,500.00 ÷ 98.2% = RUB 721,486.76",
        REGION.replace("cofinancing", "refund"): "Count the refund",
    }
    for address, told in pages.items():
        assert told in words(browser.get(address)), address
