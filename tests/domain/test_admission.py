from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from tosportal.domain.admission import (
    ApplicationFacts,
    Checked,
    Verdict,
    check_may_admit,
    check_may_refuse,
    check_may_return,
    ensure_known,
    precheck,
)
from tosportal.domain.conflicts import (
    JudgedApplication,
    JurorFacts,
    ensure_may_judge,
    may_judge,
    quorum,
    reasons_against,
    without_quorum,
)
from tosportal.domain.contest_states import Phase
from tosportal.domain.eligibility import Days, TosFacts, check_entry, check_rule
from tosportal.domain.errors import NotAllowed, RuleBroken
from tosportal.domain.regulation import AdmissionItem, EligibilityRule, regulation_from_sample

ZONE = ZoneInfo("Asia/Novosibirsk")
SAMPLE = yaml.safe_load((Path(__file__).parent.parent / "data" / "contests-sample.yaml").read_text("utf-8"))
REGULATION = regulation_from_sample(SAMPLE["contests"][0], SAMPLE["form_sections"]["items"], zone=ZONE)
PRIZES = regulation_from_sample(SAMPLE["contests"][2], SAMPLE["form_sections"]["items"], zone=ZONE)
CLOSE = REGULATION.moments["close"]
GOOD_TOS = TosFacts(date(2020, 1, 1), date(2020, 1, 1), has_overdue_reports=False, live_applications=1)
GOOD = ApplicationFacts(
    CLOSE - timedelta(seconds=1), {"minutes": 1}, GOOD_TOS, Decimal("144000.00"), own_share=Fraction(1, 10)
)


def found(facts: ApplicationFacts) -> dict[str, tuple[Verdict | None, str]]:
    return {
        one.code: (one.verdict, one.remark.clause if one.remark else "")
        for one in precheck(REGULATION, facts, zone=ZONE)
    }


def test_a_good_application_is_prechecked_and_people_judge_the_rest() -> None:
    assert found(GOOD) == {
        "in-time": (Verdict.OK, ""),
        "eligibility-rule-1": (Verdict.OK, ""),
        "eligibility-rule-2": (Verdict.OK, ""),
        "eligibility-rule-3": (None, ""),
        "document-minutes": (None, ""),
        "limit-grant": (Verdict.OK, ""),
        "limit-own": (Verdict.OK, ""),
        "limit-applications": (Verdict.OK, ""),
    }


@pytest.mark.parametrize(
    ("change", "code", "clause"),
    [
        ({"submitted_at": CLOSE}, "in-time", "1.1"),
        ({"files": {}}, "document-minutes", "3.1"),
        ({"requested_sum": Decimal("144000.01")}, "limit-grant", "4.1"),
        ({"requested_sum": Decimal("29999.99")}, "limit-grant", "4.1"),
        ({"own_share": Fraction(99999, 1000000)}, "limit-own", "4.2"),
        ({"tos": replace(GOOD_TOS, live_applications=3)}, "limit-applications", "4.3"),
        ({"tos": replace(GOOD_TOS, charter_registered_on=date(2026, 3, 14))}, "eligibility-rule-1", "2.1"),
        ({"tos": replace(GOOD_TOS, has_overdue_reports=True)}, "eligibility-rule-2", "2.2"),
    ],
)
def test_one_fault_is_one_finding_with_its_clause(change: dict, code: str, clause: str) -> None:
    good, bad = found(GOOD), found(replace(GOOD, **change))
    assert bad == {**good, code: (Verdict.NOT_OK, clause)}


def test_verdicts_decide() -> None:
    items = REGULATION.admission
    assert len(check_may_admit(items, [])) == len(items)
    fine = [Checked(item.code, Verdict.OK) for item in items[:-1]] + [Checked(items[-1].code, Verdict.NOT_APPLICABLE)]
    assert check_may_admit(items, fine) == []
    assert check_may_refuse(items, fine) != []
    bad = [*fine[:-1], Checked(items[-1].code, Verdict.NOT_OK)]
    assert [remark.clause for remark in check_may_admit(items, bad)] == ["4.3"]
    assert [remark.place for remark in check_may_return(items, bad)] == ["limit-applications"]
    bad[-1] = replace(bad[-1], remark="Третья заявка")
    assert check_may_refuse(items, bad) == check_may_return(items, bad) == []
    ensure_known(items, bad)
    for wrong in ([Checked("what", Verdict.OK)], [*fine, fine[0]]):
        with pytest.raises(RuleBroken):
            ensure_known(items, wrong)


def test_a_document_that_is_not_asked_for_here_does_not_apply_and_one_that_became_necessary_is_missed() -> None:
    minutes, photos = REGULATION.document("minutes"), REGULATION.document("photos")
    assert minutes
    assert photos
    wanted = replace(GOOD, files={}, documents=[replace(photos, required=True)])
    items = [*REGULATION.admission, AdmissionItem("document-photos", "Фотографии", "3.2")]
    regulation = replace(REGULATION, admission=tuple(items))
    said = {one.code: (one.verdict, str(one.remark)) for one in precheck(regulation, wanted, zone=ZONE)}
    assert said["document-minutes"] == (Verdict.NOT_APPLICABLE, "None")
    assert said["document-photos"] == (Verdict.NOT_OK, f"Нет документа «{photos.name}»")


def test_who_may_enter() -> None:
    def why(facts: TosFacts, phase: Phase = Phase.ACCEPTING, member: bool = True) -> list[str]:
        return [str(one) for one in check_entry(REGULATION, facts, phase=phase, is_member=member, zone=ZONE)]

    assert why(GOOD_TOS) == []
    assert why(replace(GOOD_TOS, live_applications=2)) == ["От одного ТОС можно подать заявок: 2, у вас уже 2"]
    assert why(GOOD_TOS, Phase.ANNOUNCED) == ["Приём заявок ещё не начался"]
    assert why(GOOD_TOS, Phase.SCORING, member=False) == [
        "Приём заявок закончился",
        "Подать заявку может тот, кто присоединён к этому ТОС",
    ]
    assert why(TosFacts()) == ["В реестре нет даты регистрации устава ТОС"]


@pytest.mark.parametrize(
    ("since", "close", "good"),
    [
        (date(2025, 10, 16), date(2026, 10, 16), True),
        (date(2025, 10, 17), date(2026, 10, 16), False),
        (date(2024, 2, 29), date(2025, 2, 28), False),
        (date(2024, 2, 29), date(2025, 3, 1), True),
    ],
)
def test_a_full_year(since: date, close: date, good: bool) -> None:
    rule = EligibilityRule("r", "Год", "2.1", "years_active", Decimal(1))
    assert (check_rule(rule, TosFacts(active_since_on=since), Days(close)) is None) is good
    assert PRIZES.eligibility[0].check == "years_active"


def test_own_tos_is_never_judged_even_without_a_declaration_of_conflict() -> None:
    application = JudgedApplication(40, 7, frozenset({5}))
    innocent = JurorFacts(1, no_conflicts=frozenset({40}))
    assert may_judge(innocent, application)
    ensure_may_judge(innocent, application)
    for juror in (
        replace(innocent, tos_ids=frozenset({7})),
        replace(innocent, former_tos_ids=frozenset({7})),
        replace(innocent, person_id=5),
        replace(innocent, conflicts=frozenset({40})),
    ):
        assert len(reasons_against(juror, application)) == 1
        assert not may_judge(juror, application)
        with pytest.raises(NotAllowed):
            ensure_may_judge(juror, application)
    undeclared = JurorFacts(1)
    assert reasons_against(undeclared, application) == []
    assert not may_judge(undeclared, application)
    with pytest.raises(NotAllowed, match="Сначала скажите"):
        ensure_may_judge(undeclared, application)


def test_quorum_is_counted_for_each_application() -> None:
    jury = [JurorFacts(1, frozenset({7})), JurorFacts(2), JurorFacts(3), JurorFacts(4)]
    first, second = JudgedApplication(40, 7), JudgedApplication(41, 8, frozenset({2, 3}))
    assert quorum(jury, first, sheets_min=3).is_reached
    lacking = without_quorum(jury, [first, second], sheets_min=3)
    assert [(one.application_id, state.available) for one, state in lacking] == [(41, 2)]
    assert not quorum([], first, sheets_min=0).is_reached


def test_moments_in_any_zone_are_the_same_moment() -> None:
    assert found(replace(GOOD, submitted_at=datetime(2026, 3, 13, 9, 59, 59, 999999, UTC)))["in-time"][0] is Verdict.OK


ROOMY = TosFacts(date(2024, 3, 1), residents=150, is_legal_entity=True, is_urban=False)
DAYS = Days(date(2026, 3, 13), date(2026, 2, 2))


@pytest.mark.parametrize(
    ("check", "value", "facts", "words"),
    [
        ("charter_before_notice", None, replace(ROOMY, charter_registered_on=date(2026, 2, 1)), ""),
        ("charter_before_notice", None, replace(ROOMY, charter_registered_on=date(2026, 2, 2)),
         "Устав ТОС зарегистрирован 02.02.2026, а нужно до объявления конкурса 02.02.2026"),
        ("years_before_notice", "2", replace(ROOMY, charter_registered_on=date(2024, 2, 2)), ""),
        ("years_before_notice", "2", replace(ROOMY, charter_registered_on=date(2024, 2, 3)),
         "ТОС работает с 03.02.2024, а нужно не меньше полных лет: 2"),
        ("years_active", "2", replace(ROOMY, charter_registered_on=date(2024, 3, 13)), ""),
        ("residents_min", "150", ROOMY, ""),
        ("residents_min", "151", ROOMY, "По реестру жителей 150, а нужно не меньше 151"),
        ("residents_max", "149", ROOMY, "По реестру жителей 150, а нужно не больше 149"),
        ("residents_max", "150", ROOMY, ""),
        ("residents_max", "1", replace(ROOMY, residents=0), "В реестре нет числа жителей ТОС"),
        ("legal_entity", None, ROOMY, ""),
        ("legal_entity", None, replace(ROOMY, is_legal_entity=False), "По реестру ТОС — не юридическое лицо"),
        ("rural", None, ROOMY, ""),
        ("rural", None, replace(ROOMY, is_urban=True), "ТОС — в городе или рабочем посёлке, а нужен в селе"),
        ("urban", None, ROOMY, "ТОС — в селе, а нужен в городе или рабочем посёлке"),
    ],
)  # fmt: skip
def test_every_rule_says_what_is_wrong_and_by_which_clause(check, value, facts, words):
    rule = EligibilityRule("r", "Условие", "2.7", check, None if value is None else Decimal(value))
    found = check_rule(rule, facts, DAYS)
    assert (str(found or ""), found.clause if found else "2.7") == (words, "2.7")


def test_a_rule_for_one_nomination_asks_only_there():
    rule = EligibilityRule("r", "Условие", "2.7", "legal_entity", nominations=("best",))
    regulation = replace(REGULATION, eligibility=(rule,))
    facts = replace(GOOD_TOS, is_legal_entity=False, live_applications=0)

    def why(nomination):
        found = check_entry(regulation, facts, phase=Phase.ACCEPTING, is_member=True, zone=ZONE, nomination=nomination)
        return [str(one) for one in found]

    assert why("best") == ["По реестру ТОС — не юридическое лицо"]
    assert why("other") == []
    assert why(None) == []
    regulation = replace(regulation, admission=(AdmissionItem("eligibility-r", "Условие", "2.7"),))
    verdicts = [
        precheck(regulation, replace(GOOD, nomination=code, tos=facts), zone=ZONE)[0].verdict
        for code in ("best", "other")
    ]
    assert verdicts == [Verdict.NOT_OK, Verdict.NOT_APPLICABLE]
