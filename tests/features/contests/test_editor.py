"""The editor of a regulation: what it offers, what it keeps, and where it leads a secretary who is mistaken."""

import pytest

from tests.features.contests.test_routes import desk, district, form_of  # noqa: F401
from tests.make import make_activity, make_contest, regulation_with
from tests.pages import said
from tosportal.domain.regulation import diff_regulations, regulation_from_json
from tosportal.features.contests import queries
from tosportal.features.contests.forms import input_of_remark, part_named, value_words
from tosportal.support.db import db


@pytest.fixture
def draft(district):  # noqa: F811
    contest = make_contest(district, "c", announced=False)
    db.session.commit()
    return contest


def test_an_empty_contest_of_grants_begins_with_the_questions_that_no_form_does_without(desk, district):  # noqa: F811
    activity = make_activity(district, 2027)
    db.session.commit()
    for kind in ("grant", "prize"):
        data = {"name": "Двор", "fund": f"{activity.id}:2027", "kind": kind, "slug": kind, "source": ""}
        desk.post("/office/contests/new", data)
    sections = queries.regulation_of(queries.contest_by_slug("grant")).sections
    assert [(one.code, one.kind) for one in sections[0].fields] == [
        ("title", "text"), ("plan", "calendar_plan"), ("budget", "budget"),
    ]  # fmt: skip
    assert queries.regulation_of(queries.contest_by_slug("prize")).sections == ()


def test_what_decides_a_tie_is_chosen_by_name_and_moved_by_rows(desk, draft):  # noqa: F811
    address = "/office/contests/c/edit/scoring"
    old = queries.regulation_of(draft).scoring.ties
    data = form_of(desk.get(address))
    assert data["scoring-ties-0-code"] == [old[0]]
    data = form_of(desk.post(address, {**data, "add": "scoring-ties"}))
    new = f"scoring-ties-{len(old)}-code"
    data[new] = ["k2"]
    data = form_of(desk.post(address, {**data, "up": new.removesuffix("-code")}))
    desk.post(address, data)
    assert queries.regulation_of(draft).scoring.ties == (*old[:-1], "k2", old[-1])
    data = form_of(desk.get(address))
    page = desk.post(address, {**data, "scoring-ties-0-code": ["k99"]}, code=422)
    assert "из списка" in said(page)


def test_a_contest_of_grants_is_not_asked_about_prizes_nor_of_prizes_about_grants(desk, draft):  # noqa: F811
    assert "Добавить премию" not in said(desk.get("/office/contests/c/edit/nominations"))
    scoring = form_of(desk.get("/office/contests/c/edit/scoring"))
    assert "awarding-last" in scoring
    assert "awarding-shared" not in scoring
    definition = {**queries.edition_in_force(draft).definition, "kind": "prize"}
    names = [column.name for column in part_named("scoring", definition).columns]
    assert "awarding-shared" in names
    assert "awarding-last" not in names


def test_a_document_is_for_nominations_and_required_by_an_answer(desk, draft):  # noqa: F811
    address = "/office/contests/c/edit/documents"
    data = form_of(desk.get(address))
    assert "documents-0-groups" not in str(data)  # a contest without groups has nothing to choose from
    assert "«Достоверность сведений подтверждаю» — да" in said(desk.get(address))
    data |= {"documents-1-nominations": ["n2"], "documents-1-required_if": ["truth"]}
    desk.post(address, data)
    slot = queries.regulation_of(draft).document("photos")
    assert (slot.nominations, slot.groups, slot.required_if) == (("n2",), (), "truth")
    again = form_of(desk.get(address))
    assert again["documents-1-nominations"] == ["n2"]
    assert again["documents-1-required_if"] == ["truth"]
    desk.post(address, {**again, "documents-1-required_if": ["nothing"]}, code=422)
    definition = queries.edition_in_force(draft).definition
    told = value_words("documents[photos].nominations", ["n2"], definition)
    assert told == ["Дети и молодёжь"]


def test_a_nomination_has_a_fund_and_a_limit_of_its_own(desk, draft):  # noqa: F811
    address = "/office/contests/c/edit/limits"
    data = form_of(desk.post(address, {**form_of(desk.get(address)), "add": "limits-parts"}))
    assert "limits-parts-0-group" not in data
    data |= {"limits-parts-0-nomination": ["n2"], "limits-parts-0-fund": ["90 000"],
             "limits-parts-0-grant_max": ["200 000"]}  # fmt: skip
    desk.post(address, data)
    (part,) = queries.regulation_of(draft).limits.parts
    assert (part.nomination, f"{part.fund}", f"{part.grant_max}") == ("n2", "90000.00", "200000.00")
    page = desk.get(address)
    assert "считается меньший из них" in said(page)
    assert 'href="#limits-parts-0"' in page.get_data(as_text=True)
    assert form_of(page)["limits-parts-0-code"] == [part.code]
    data = {**form_of(page), "limits-parts-0-fund": ["много"]}
    assert "limits-parts-0-fund-error" in desk.post(address, data, code=422).get_data(as_text=True)


def test_a_larger_grant_has_a_higher_pass_mark(desk, draft):  # noqa: F811
    address = "/office/contests/c/edit/scoring"
    data = form_of(desk.post(address, {**form_of(desk.get(address)), "add": "scoring-pass_by_sum"}))
    data |= {"scoring-pass_by_sum-0-above": ["100 000"], "scoring-pass_by_sum-0-total": ["6,5"]}
    desk.post(address, data)
    (mark,) = queries.regulation_of(draft).scoring.pass_by_sum
    assert (f"{mark.above}", f"{mark.total}") == ("100000.00", "6.5")
    desk.post(address, {**form_of(desk.get(address)), "del": "scoring-pass_by_sum-0"})


def test_a_nomination_gives_diplomas_beside_money(desk, draft):  # noqa: F811
    address = "/office/contests/c/edit/nominations"
    data = form_of(desk.post(address, {**form_of(desk.get(address)), "add": "nominations-0-awards"}))
    data |= {"nominations-0-awards-0-kind": ["title"], "nominations-0-awards-0-name": ["Лучший ТОС"],
             "nominations-0-awards-0-first": ["1"]}  # fmt: skip
    desk.post(address, data)
    (award,) = queries.regulation_of(draft).nominations[0].awards
    assert (award.kind, award.name, award.first, award.last) == ("title", "Лучший ТОС", 1, None)


def test_a_row_in_which_only_a_choice_was_made_is_not_lost_in_silence(desk, draft):  # noqa: F811
    address = "/office/contests/c/edit/eligibility"
    data = form_of(desk.post(address, {**form_of(desk.get(address)), "add": "eligibility"}))
    place = max(int(name.split("-")[1]) for name in data if name.startswith("eligibility-"))
    page = desk.post(address, {**data, f"eligibility-{place}-check": ["years_active"]}, code=422)
    assert "Заполните «Условие»" in said(page)


def test_a_remark_names_the_row_leads_to_it_and_knows_the_fund(desk, draft):  # noqa: F811
    definition = queries.edition_in_force(draft).definition
    part = part_named("criteria", definition)
    second = definition["criteria"][1]
    assert input_of_remark(part, definition, f"criteria.{second['code']}") == ("criteria-1", second["name"])
    assert input_of_remark(part, definition, "criteria") == ("", "")
    assert input_of_remark(part_named("limits", definition), {}, "limits.grant_max") == ("limits-grant_max", "")
    address = "/office/contests/c/edit/limits"
    desk.post(address, {**form_of(desk.get(address)), "limits-grant_max": ["999 000 000"]})
    assert "больше всего фонда" in said(desk.get(address))


def test_differences_are_told_in_words(app):
    old = regulation_with()
    new = {**old, "limits": {**old["limits"], "grant_max": "120000.00"}}
    new["scoring"] = {**old["scoring"], "method": "mean_of_totals", "ties": ["k2", "submitted_at"]}
    told = {
        change.place: value_words(change.place, change.after, new)
        for change in diff_regulations(regulation_from_json(old), regulation_from_json(new))
    }
    assert told["limits.grant_max"] == "120\N{NO-BREAK SPACE}000,00\N{NO-BREAK SPACE}₽"
    assert told["scoring.method"] == "Среднее из сумм баллов экспертов"
    assert told["scoring.ties"] == [
        next(row["name"] for row in old["criteria"] if row["code"] == "k2"),
        "кто раньше отправил заявку",
    ]


def test_an_amendment_without_the_end_of_intake_is_previewed_and_not_taken(desk, clock, district):  # noqa: F811
    contest = make_contest(district, "c")
    clock.at = queries.regulation_of(contest).moments["open"]
    db.session.commit()
    address = "/office/contests/c/edit/timeline"
    data = form_of(desk.get(address))
    row = next(name.removesuffix("-code") for name, value in data.items() if value == ["close"])
    desk.post(address, {**data, f"{row}-at-date": [""], f"{row}-at-time": [""]})
    desk.get("/office/contests/c/preview")
    assert "нет момента" in said(desk.get("/office/contests/c/amendment"))


def test_a_cancelled_contest_offers_no_button_that_would_be_refused(desk, draft):  # noqa: F811
    assert "Сохранить и дальше" in said(desk.get("/office/contests/c/edit/basics"))
    desk.post("/office/contests/c/cancel", {"reason": "Нет средств"})
    page = said(desk.get("/office/contests/c/edit/basics"))
    assert "менять его нельзя" in page
    assert "Сохранить и дальше" not in page


def row_of(data, code):
    return next(name.removesuffix("-code") for name, value in data.items() if value == [code])


def test_a_moment_that_follows_is_counted_shown_before_saving_and_moves_with_the_other(desk, draft):  # noqa: F811
    address = "/office/contests/c/edit/timeline"
    data = form_of(desk.get(address))
    close, check = row_of(data, "close"), row_of(data, "check_until")
    data = {
        **data,
        f"{close}-at-date": ["24.04.2026"], f"{close}-at-time": ["17:00"],
        f"{check}-after": ["close"], f"{check}-count": ["5"], f"{check}-unit": ["workdays"],
    }  # fmt: skip
    before = queries.regulation_of(draft).moments["check_until"]
    page = desk.post(address, data)
    assert "Ещё не сохранено: вместе с этим сдвинутся другие сроки" in said(page)
    assert "05.05.2026, 00:00:00" in said(page)
    db.session.expire_all()
    assert queries.regulation_of(draft).moments["check_until"] == before
    desk.post(address, form_of(page))
    db.session.expire_all()
    regulation = queries.regulation_of(draft)
    assert f"{regulation.moments['check_until']:%d.%m.%Y %H:%M}" == "05.05.2026 00:00"
    shown = said(desk.get(address))
    assert "5 рабочих дней после: «" in shown
    assert "понедельник" in shown

    by_hand = {**form_of(desk.get(address)), f"{check}-at-date": ["06.05.2026"]}
    assert "Ещё не сохранено" in said(desk.post(address, by_hand))
    desk.post(address, {**by_hand, f"{check}-fixed": ["Комиссия не соберётся"]})
    db.session.expire_all()
    assert f"{queries.regulation_of(draft).moments['check_until']:%d.%m.%Y}" == "06.05.2026"
    assert "назначено вручную: Комиссия не соберётся" in said(desk.get(address))


def test_a_follower_needs_no_day_of_its_own_but_the_other_does(desk, draft):  # noqa: F811
    address = "/office/contests/c/edit/timeline"
    data = form_of(desk.get(address))
    award, final = row_of(data, "award"), row_of(data, "final_published")
    rule = {f"{award}-after": ["final_published"], f"{award}-count": ["2"], f"{award}-unit": ["workdays"]}
    bare = {f"{row}-at-{part}": [""] for row in (award, final) for part in ("date", "time")}
    page = desk.post(address, {**data, **bare, **rule}, code=422)
    assert "Сначала назначьте день для «Публикация окончательных результатов»" in said(page)
    page = desk.post(address, {**data, **bare, **rule, f"{final}-at-date": ["29.04.2026"]})
    desk.post(address, form_of(page))
    db.session.expire_all()
    assert f"{queries.regulation_of(draft).moments['award']:%d.%m.%Y}" == "04.05.2026"


def test_groups_are_made_in_the_editor_and_go_away_when_nothing_divides_into_them(desk, draft):  # noqa: F811
    address = "/office/contests/c/edit/groups"
    data = {**form_of(desk.get(address)), "groups": ["registry:residents"], "ranked": ["1"]}
    for place, (name, start) in enumerate((("Малые", "0"), ("Большие", "250"))):
        data = form_of(desk.post(address, {**data, "add": "bands"}))
        data |= {f"bands-{place}-name": [name], f"bands-{place}-from": [start]}
    desk.post(address, data)
    groups = queries.regulation_of(draft).scoring.groups
    assert (groups.value, groups.is_ranked) == ("registry:residents", True)
    assert [(one.name, str(one.from_value)) for one in groups.bands] == [("Малые", "0"), ("Большие", "250")]
    data = form_of(desk.get(address))
    desk.post(address, {**data, "bands-0-from": ["300"]})
    assert "Группы должны идти от нуля по возрастанию" in said(desk.get(address))
    desk.post(address, {**form_of(desk.get(address)), "groups": [""]})
    assert queries.regulation_of(draft).scoring.groups is None


def test_a_rule_of_eligibility_is_for_a_nomination_and_counts_residents(desk, draft):  # noqa: F811
    address = "/office/contests/c/edit/eligibility"
    data = form_of(desk.post(address, {**form_of(desk.get(address)), "add": "eligibility"}))
    place = max(int(name.split("-")[1]) for name in data if name.startswith("eligibility-"))
    row = f"eligibility-{place}"
    data |= {f"{row}-text": ["Не меньше ста жителей"], f"{row}-check": ["residents_min"], f"{row}-clause": ["2.9"],
             f"{row}-nominations": ["n2"]}  # fmt: skip
    page = desk.post(address, data, code=422)
    assert "Заполните «Сколько лет, жителей, номинаций или заявок»" in said(page)
    desk.post(address, {**form_of(page), f"{row}-value": ["100"]})
    rule = queries.regulation_of(draft).eligibility[-1]
    assert (rule.check, str(rule.value), rule.nominations, rule.clause) == ("residents_min", "100", ("n2",), "2.9")
