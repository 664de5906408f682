"""What a secretary does with the regulation of a contest, by clicking: begin, change, try on, announce, amend."""

import re
from collections.abc import Callable
from datetime import date

from playwright.sync_api import expect

from tests.browser.conftest import SCREENS
from tests.browser.window import Window

LABEL = "Что скажут «соседи» о 100 % и O'Брайене & <b>?"
"""A question with everything that breaks a careless page."""
ACT, REASON = "Постановление от 03.03.2026 № 112", "Жители просили назвать слот понятнее"


Look = Callable[[Window, str], object]


def pass_by(window: Window, step: str) -> Window:
    """For a journey whose pages another journey looks at."""
    return window


def look_at_both(window: Window, step: str) -> Window:
    """Axe and the width of the page on a phone and at a desk; the window stays as it was."""
    was = window.page.viewport_size
    for screen in ("390", "1280"):
        window.page.set_viewport_size(SCREENS[screen]["viewport"])
        window.look(f"{step}-{screen}")
    assert was
    window.page.set_viewport_size(was)
    return window


def begin(window: Window, code: str, fund: str, announced_on: date, look: Look = pass_by) -> str:
    """A draft out of a ready set, its money from the activity whose line has `fund`; the address comes back."""
    window.open("/office/contests").follow("Создать конкурс")
    look(window, f"90-{code}-начало")
    with window.page.expect_navigation():
        window.main.locator(f'a[href$="set={code}"]').click()
    window.press("Создать черновик").says("Выберите, из какого мероприятия программы деньги")
    look(window, f"91-{code}-из-набора")
    line = window.main.locator("#fund option").filter(has_text=re.compile(f"^{announced_on.year} .*{fund}")).first
    window.put("fund", line.get_attribute("value") or "").put_day("announced_on", announced_on)
    window.press("Создать черновик").says("Черновик конкурса создан")
    return window.path


def save(window: Window) -> Window:
    return window.press(re.compile("^Сохранить$")).says(re.compile("^Сохранено: "))


def lengthen_intake(window: Window, address: str, workdays: int, look: Look = pass_by) -> None:
    """The end of the intake moves; the portal shows what follows before it writes anything."""
    window.open(f"{address}/edit/timeline")
    before = window.main.locator('[name="timeline-3-at-date"]').input_value()
    assert before
    window.main.locator("#timeline-2 > summary").click()  # the rows are folded, to be overseen
    window.put("timeline-2-count", str(workdays)).press(re.compile("^Сохранить$"))
    window.says("Ещё не сохранено: вместе с этим сдвинутся другие сроки.")
    look(window, "92-сроки-сдвинутся")
    save(window).open(f"{address}/edit/timeline")
    assert window.main.locator('[name="timeline-2-count"]').input_value() == str(workdays)
    assert window.main.locator('[name="timeline-3-at-date"]').input_value() != before


def add_question(window: Window, address: str, section: str, look: Look = pass_by) -> None:
    """A question at the end of a section, moved one place up."""
    window.open(f"{address}/edit/form")
    with window.page.expect_navigation():
        window.main.locator(f'a[href$="/edit/section-{section}"]').last.click()
    questions = window.main.locator('[id^="fields-"] > summary')
    last = questions.count()
    with window.page.expect_navigation():
        window.main.locator('button[name="add"][value="fields"]').click()
    window.put(f"fields-{last}-label", LABEL).put(f"fields-{last}-kind", "long_text")
    with window.page.expect_navigation():
        window.main.locator(f'button[name="up"][value="fields-{last}"]').click()
    expect(questions.nth(last - 1)).to_contain_text(LABEL)
    look(window, "93-вопросы-раздела")
    save(window).open(f"{address}/edit/section-{section}")
    expect(questions.nth(last - 1)).to_contain_text(LABEL)
    assert window.main.locator(f'[name="fields-{last - 1}-label"]').input_value() == LABEL


def add_slot(window: Window, address: str, name: str, look: Look = pass_by) -> None:
    """A place for one more document, one that nobody must bring."""
    window.open(f"{address}/edit/documents")
    last = window.main.locator('[id^="documents-"] > summary').count()
    with window.page.expect_navigation():
        window.main.locator('button[name="add"][value="documents"]').click()
    window.put(f"documents-{last}-name", name)
    window.pick(window.main.locator(f'[name="documents-{last}-accept"][value="pdf"]'))
    look(window, "93-слоты-документов")
    save(window)


def name_criterion(window: Window, address: str, code: str, name: str, look: Look = pass_by) -> None:
    """A criterion gets another name on its own page."""
    look(window.open(f"{address}/edit/criteria"), "94-критерии")
    with window.page.expect_navigation():
        window.main.locator(f'a[href$="/edit/criterion-{code}"]').last.click()
    look(window, "94-критерий")
    window.put("name", name)
    save(window)


def change_values(window: Window, address: str, *values: tuple[str, str]) -> None:
    """Inputs of one page of the editor; folded rows are opened as a person opens them."""
    window.open(address)
    for name, value in values:
        folded = window.main.locator(f'[name="{name}"]').locator("xpath=ancestor::details[not(@open)]/summary")
        for one in folded.all():
            one.click()
        window.put(name, value)
    save(window)


def meet_what_is_left(
    window: Window, address: str, words: str, mend: Callable[[], object], look: Look = pass_by
) -> None:
    """The remark stands on the page of the contest and forbids to announce; it goes when it is mended."""
    remark = re.compile(words)
    window.open(address).says(re.compile("До объявления оста"), remark)
    look(window, "94-осталось")
    window.open(f"{address}/announce").says(re.compile("Объявить нельзя"))
    look(window, "94-объявить-нельзя")
    expect(window.main.get_by_role("button", name=re.compile("Объявить"))).to_have_count(0)
    window.follow(remark)
    mend()
    window.open(address)
    expect(window.main.get_by_text(remark)).to_have_count(0)


def try_on(window: Window, address: str, look: Look = pass_by) -> None:
    """The page for all, the form as an activist meets it, the sheet as a juror does, the notice as page and paper."""
    window.open(address).follow("Предварительный вид")
    window.says("Это предварительный вид. Посетители его не видят.", re.compile("Приём заявок начнётся"))
    look(window, "95-предварительный-вид")
    window.open(address).follow("Примерить форму, как активист")
    look(window, "96-примерка-формы")
    window.press("Проверить, как при отправке").says(re.compile("Портал не принял бы заявку"))
    window.open(f"{address}/try").press("Заполнить примером").press("Проверить, как при отправке")
    window.says("Такую заявку портал принял бы.", LABEL)
    look(window, "96-примерка-отправлена")
    window.open(address).follow("Примерить лист, как эксперт")
    look(window, "97-примерка-листа")
    window.open(address).follow("Извещение: проект")
    look(window, "98-извещение")
    link = window.main.locator('a[href$="notice.docx"]').first
    assert window.downloaded(link.click).read_bytes().startswith(b"PK")


def announce(window: Window, address: str, look: Look = pass_by) -> None:
    look(window.open(address).follow("Объявить конкурс"), "99-объявить")
    window.press(re.compile("^Объявить конкурс с фондом")).says("Конкурс объявлен. Теперь его видят все.")


def amend(window: Window, address: str, slot: str, look: Look = pass_by) -> None:
    """A slot gets another name after the announcement: by an act, with a reason, shown as a change; edition 2."""
    window.open(f"{address}/edit/documents").says("Это поправка.")
    place = window.main.locator('[id^="documents-"] > summary').count() - 1
    if not window.main.locator(f"#documents-{place}").get_attribute("open"):
        window.main.locator(f"#documents-{place} > summary").click()
    was = window.main.locator(f'[name="documents-{place}-name"]').input_value()
    window.put(f"documents-{place}-name", slot).press(re.compile("^Сохранить$"))
    window.open(address).says("Готовится поправка.").follow("Посмотреть изменения и ввести в действие")
    window.says(was, slot)
    window.press("Ввести поправку в действие")
    look(window, "100-поправка-без-акта")
    window.put("act", ACT).put("reason", REASON).press("Ввести поправку в действие")
    window.open(address).says("Редакция № 2")
    window.open(f"/contests/{address.rsplit('/', 1)[-1]}/editions/2").says(ACT, REASON, slot)
    look(window, "101-редакция-2")


def read_as_visitor(window: Window, address: str, slot: str) -> None:
    """Anybody reads the edition in force, and the notice made of it."""
    public = f"/contests/{address.rsplit('/', 1)[-1]}"
    window.open(public).says(re.compile("Приём заявок начнётся"))
    window.open(f"{public}/notice").says(slot)
