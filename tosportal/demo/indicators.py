"""Passports and facts of both programmes of the demo: counted by the portal and frozen, counted by formula from typed
numbers, or entered. Formulas of the town are its document's own; every number of a fact is invented and says so."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from tosportal.demo.district import District
from tosportal.demo.events import Files, Told, enter
from tosportal.domain.event_record import EventKind
from tosportal.domain.indicator_measures import Period
from tosportal.domain.indicator_passport import Passport, Variable
from tosportal.features.accounts.models import Person
from tosportal.features.indicators.queries import facts_of_periods
from tosportal.features.indicators.service import (
    enter_counted,
    enter_fact,
    fill_passports,
    freeze_fact,
    write_passport,
    write_reason,
)
from tosportal.features.indicators.spending_reasons import mark_activity
from tosportal.features.programmes.models import Indicator, Programme
from tosportal.features.programmes.queries import activity_by_code, indicators_of
from tosportal.features.registry.models import Municipality
from tosportal.features.registry.service import today_in
from tosportal.support.db import db

SAMPLE = "(значение примера)"
MEASURED: Mapping[str, tuple[str, str, str, str]] = {  # sign, meaning, measure, how a person counts
    "ind-1-2": ("Ктос", "ТОС, получившие деньги по итогам конкурсов проектов", "supported_tos", ""),
    "ind-2-1": ("Ксем", "семинары и занятия для членов ТОС", "events:seminar", ""),
    "ind-2-2": ("Собуч", "расходы мероприятия 2.2 «Обучение членов ТОС», касса", "cash:act-2-2", ""),
    "ind-3-1": ("Квстр", "встречи органов местного самоуправления с ТОС и жителями", "events:meeting", ""),
    "ind-4-1": ("Спод", "награды ТОС по итогам всех конкурсов программы", "support_sum", ""),
    "ind-4-2": ("Кдс", "участники «Дня соседей» по спискам", "participants:neighbours_day", "persons"),
}
POPULATION = {2024: "35 800", 2025: "35 500", 2026: "35 000"}
# Year, quarter, participants, document.
TAKEN_PART: tuple[tuple[int, int, str, str], ...] = (
    (2024, 0, "4833", "Сводка по мероприятиям за 2024 год"),
    (2025, 0, "5041", "Сводка по мероприятиям за 2025 год"),
    (2026, 1, "980", "Сводка по мероприятиям за I квартал 2026 года"),
    (2026, 2, "2730", "Сводка по мероприятиям за полугодие 2026 года"),
    (2026, 3, "4305", "Сводка по мероприятиям за девять месяцев 2026 года"),
    (2026, 0, "4515", "Сводка по мероприятиям на 1 ноября 2026 года"),
)
BEFORE_THE_PORTAL: tuple[tuple[str, str, str], ...] = (  # the year 2024
    ("ind-1-2", "6", "Протокол конкурсной комиссии № 1 от 14.05.2024"),
    ("ind-2-1", "2", "Журнал семинаров, № 3 и № 4"),
    ("ind-3-1", "2", "Протоколы встреч 2024 года № 1 и № 2"),
    ("ind-4-1", "788.5", "Отчёт о расходах от 20.12.2024"),
    ("ind-4-2", "41", "Списки участников «Дня соседей» 2024 года"),
)
REASONS: tuple[tuple[str, int, str], ...] = (
    ("ind-2-2", 2024, "Экономия по итогам закупки раздаточных материалов: 1,6 тыс. рублей."),
    ("ind-3-1", 2025, "Встречу в декабре перенесли на январь: дорога к селу была закрыта из-за снега."),
    ("ind-4-1", 2025, "Конкурсная комиссия распределила не весь фонд: часть заявок не прошла порог."),
)
# Activity, year, day or none, document or explanation: what money does not tell. The others wait for the secretary.
MARKS: tuple[tuple[str, int, date | None, str], ...] = (
    ("act-1-1", 2024, date(2024, 10, 17), "Протоколы встреч 2024 года № 1 и № 2"),
    ("act-1-2", 2024, date(2024, 12, 20), "Подборка публикаций районной газеты за 2024 год, 10 статей"),
    ("act-2-1", 2024, date(2024, 12, 27), "Журнал консультаций отдела за 2024 год"),
    ("act-3-1", 2024, date(2024, 3, 5), "Распоряжения о составе комиссий и рабочих групп 2024 года"),
    ("act-1-1", 2025, None, "Прошли две встречи из трёх: декабрьскую перенесли из-за снега"),
    ("act-1-2", 2025, date(2025, 9, 26), "Подборка публикаций районной газеты за 2025 год, 15 статей"),
    ("act-2-1", 2025, date(2025, 12, 24), "Журнал консультаций отдела за 2025 год"),
)
LATE = Told(
    date(2026, 9, 24), EventKind.MEETING, "Встреча глав сельсоветов с советами ТОС", "с. Верх-Ирмень, Дом культуры", 33,
    ("tos-022",), "act-1-1", "О встрече рассказали позже: в отчёт за девять месяцев она не попала.",
)  # fmt: skip
YEARS = range(2020, 2027)
PEOPLE = ("71000", "70000", "69000", "68000", "67500", "67000", "66500")
# Indicator of the town → sign → its number in each of the years.
TOWN: Mapping[str, Mapping[str, Sequence[str]]] = {
    "ind-1": {"Коб1": ("3", "4", "6", "7", "9", "10", "11"), "Коб2": ("28",) * 7},
    "ind-2": {"Коб1": ("12", "14", "16", "17", "18", "20", "21"), "Коб2": ("28",) * 7},
    "ind-4": {
        "Ктек1": ("412", "398", "377", "352", "318", "299", "214"),
        "Ктек2": ("920", "905", "890", "884", "880", "871", "640"),
    },
    "ind-5": {
        "Кн": ("46", "44", "42", "41", "40", "39", "29"),
        "Чн": ("3300", "3310", "3320", "3340", "3360", "3380", "3400"),
    },
    "ind-6": {
        "Куг.отв.": ("24", "23", "22", "21", "21", "20", "14"),
        "Кадм.отв.": ("53", "52", "51", "50", "49", "48", "35"),
        "КН": PEOPLE,
    },
    "ind-7": {
        "Кпотр.уг.": ("21", "20", "19", "18", "17", "16", "11"),
        "Кпотр.адм.": ("45", "45", "43", "42", "40", "39", "28"),
        "КН": PEOPLE,
    },
    "ind-9": {"Ксмерт.": ("1", "2", "1", "0", "1", "0", "0"), "Чнас.": PEOPLE},
    "ind-10": {
        "Квып": ("40", "42", "43", "44", "46", "48", "41"),
        "Кобщ": ("52", "52", "52", "54", "55", "56", "57"),
    },
    "ind-11": {
        "Чо": ("68.2", "67.4", "66.6", "66.0", "65.6", "65.5", "65.3"),
        "Чн": ("71.0", "70.0", "69.0", "68.0", "67.5", "67.0", "66.5"),
    },
}
# No method in the document, and a formula with a sign that nothing explains: values as the reports give them.
TOWN_VALUES: Mapping[str, Sequence[str]] = {
    "ind-3": ("52", "53", "53", "54", "55", "55", "55"),
    "ind-8": ("2.8169", "1.42857", "0", "0", "0", "0", "0"),
}


def make_district(district: District, *, now: datetime) -> None:
    """Passports of the seven indicators, facts of three years and of the quarters that are over."""
    keeper = Keeper(district.programme, district.secretary, now - timedelta(days=12))
    for code, (sign, meaning, measure, counting) in MEASURED.items():
        source = "Учёт программы на портале" if measure.startswith("cash") else "События и решения на портале"
        keeper.passport(code, Passport(sign, (Variable(sign, meaning, source, measure),), counting=counting))
    take_part(keeper)
    for code, value, document in BEFORE_THE_PORTAL:
        keeper.value(code, Period(2024), value, document)
    keeper.freeze([Period(2024), Period(2025), *(Period(2026, quarter) for quarter in (1, 2, 3))])
    for code, year, reason in REASONS:
        if keeper.has_begun(Period(year)):
            write_reason(keeper.indicators[code], year=year, reason=reason, actor=keeper.actor, now=keeper.now)
    for code, year, day, basis in MARKS:
        activity = activity_by_code(district.programme, code)
        if activity is not None and Period(year).last < keeper.today:
            said: dict[str, Any] = {"verdict": "done" if day else "not_done", "performed_on": day, "basis": basis}
            mark_activity(activity, year=year, **said, actor=keeper.actor, now=keeper.now)


def tell_late(district: District, *, now: datetime) -> None:
    """One meeting was told of after the third quarter had been frozen, so that a page shows the difference."""
    if LATE.held_on < (now - timedelta(days=13)).date():
        enter(district, LATE, Files(), actor=district.secretary, now=now - timedelta(days=3))


def take_part(keeper: "Keeper") -> None:
    """The share of citizens who took part: each year has its denominator, so each has its passport."""
    for year, people in POPULATION.items():
        if not keeper.has_begun(Period(year)):
            continue
        source = f"Росстат, численность на 1 января {year} года {SAMPLE}"
        variables = (
            Variable(
                "Куч", "граждане, принявшие участие в мероприятиях программы", "Сводка администраций", unit="чел."
            ),
            Variable("КН", "жители района", source, unit="чел.", value=people),
        )
        passport = Passport(
            "Доля = Куч/КН х 100", variables, date(year, 1, 1), "persons", source="Сводка по мероприятиям"
        )
        keeper.passport("ind-1-1", passport)
        for its, quarter, number, document in TAKEN_PART:
            if its == year:
                keeper.counted("ind-1-1", Period(year, quarter), {"Куч": number}, f"{document} {SAMPLE}")


def make_town(programme: Programme, *, now: datetime) -> None:
    """The passports that the document's methods give, and facts of the years since 2020; nobody works there yet."""
    keeper = Keeper(programme, None, now - timedelta(days=150))
    fill_passports(programme, actor=None, now=keeper.now)
    keeper.now = now - timedelta(days=12)
    for at, year in enumerate(YEARS):
        told = f"за {year} год" if year < 2026 else f"на 1 октября {year} года"
        document = f"Отчёт отдела контроля {told} {SAMPLE}"
        period = Period(year)
        for code, signs in TOWN.items():
            keeper.counted(code, period, {sign: numbers[at] for sign, numbers in signs.items()}, document)
        for code, values in TOWN_VALUES.items():
            keeper.value(code, period, values[at], document)


class Keeper:
    """Whoever keeps the facts of a programme; what had not begun by then is left out."""

    def __init__(self, programme: Programme, actor: Person | None, now: datetime) -> None:
        self.programme, self.actor, self.now = programme, actor, now
        self.indicators: dict[str, Indicator] = {one.code: one for one in indicators_of(programme.id)}
        self.today = today_in(db.session.get_one(Municipality, programme.municipality_id), now)

    def has_begun(self, period: Period) -> bool:
        return date(period.year, max(1, 3 * period.quarter - 2), 1) <= self.today

    def passport(self, code: str, passport: Passport) -> None:
        write_passport(self.indicators[code], passport, actor=self.actor, now=self.now)

    def counted(self, code: str, period: Period, numbers: Mapping[str, str], document: str) -> None:
        """The fact by the formula from these numbers."""
        if self.has_begun(period):
            enter_counted(
                self.indicators[code],
                year=period.year,
                quarter=period.quarter,
                values={sign: Decimal(number) for sign, number in numbers.items()},
                source_document=document,
                actor=self.actor,
                now=self.now,
            )

    def value(self, code: str, period: Period, value: str, document: str) -> None:
        """The fact as a document gives it."""
        if self.has_begun(period):
            enter_fact(
                self.indicators[code],
                year=period.year,
                quarter=period.quarter,
                value=Decimal(value),
                source_document=document,
                actor=self.actor,
                now=self.now,
            )

    def freeze(self, periods: Sequence[Period]) -> None:
        """Everything that the portal counts for the periods that are over."""
        over = [one for one in periods if one.last < self.today]
        found = facts_of_periods(self.programme, list(self.indicators.values()), over)
        for indicator in self.indicators.values():
            for period, fact in found.get(indicator.id, {}).items():
                if fact.counted:
                    freeze_fact(indicator, year=period.year, quarter=period.quarter, actor=self.actor, now=self.now)
