"""What may be typed in about a ТОС and its people, as texts; the rules of `domain/tos_list.py` read them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from tosportal.domain.errors import N_, Remark
from tosportal.domain.form_definition import cleaned, day_from
from tosportal.domain.tos_list import EMAIL, LENGTHS, one_line
from tosportal.features.registry.models import Settlement
from tosportal.features.registry.queries import TosFilter
from tosportal.web.filters import day

NEW_PLACE = "new"

FACT_LABELS: Mapping[str, Any] = {
    "code": _l("Код"),
    "name": _l("Название"),
    "settlement": _l("Поселение"),
    "settlement_kind": _l("Вид поселения"),
    "place_kind": _l("Вид населённого пункта"),
    "place": _l("Населённый пункт"),
    "population": _l("Жителей"),
    "residents_16": _l("Из них с 16 лет"),
    "borders": _l("Границы"),
    "border_decision_body": _l("Кто установил границы"),
    "border_decision_number": _l("Номер решения о границах"),
    "border_decision_on": _l("День решения о границах"),
    "charter_number": _l("Номер регистрации устава"),
    "charter_registered_on": _l("День регистрации устава"),
    "is_legal_entity": _l("Юридическое лицо"),
    "inn": _l("ИНН"),
    "ogrn": _l("ОГРН"),
    "kpp": _l("КПП"),
    "legal_address": _l("Юридический адрес"),
    "chair_full_name": _l("Председатель"),
    "phone": _l("Телефон"),
    "email": _l("Почта"),
    "is_active": _l("Действует"),
}
TEXT_FACTS = (
    "code",
    "name",
    "borders",
    "border_decision_body",
    "border_decision_number",
    "charter_number",
    "inn",
    "ogrn",
    "kpp",
    "legal_address",
    "population",
    "residents_16",
)
DAY_FACTS = ("border_decision_on", "charter_registered_on")
PLACE_FACTS = ("settlement", "settlement_kind", "place_kind", "place")


def typed(form: MultiDict[str, str], name: str) -> str:
    """A text as typed, without signs that cannot be stored."""
    return cleaned(form.get(name, ""))


def typed_day(form: MultiDict[str, str], name: str) -> str:
    """A day typed into three inputs, «20.7.2026»; empty when none of them holds anything."""
    parts = [one_line(typed(form, f"{name}-{part}")).replace(".", "") for part in ("day", "month", "year")]
    return ".".join(parts) if any(parts) else ""


def read_day(text: str, name: str, remarks: list[Remark], *, needed: bool = False) -> date | None:
    """The day of a typed text, or a remark."""
    found = day_from(text) if text else None
    if found is None and (text or needed):
        remarks.append(Remark(N_("Укажите день, месяц и год, например 20 июля 2026 года"), place=name))
    return found


def typed_tos(form: MultiDict[str, str]) -> dict[str, str]:
    """The whole card as typed."""
    texts = {name: typed(form, name) for name in (*TEXT_FACTS, *PLACE_FACTS)}
    days = {name: typed_day(form, name) for name in DAY_FACTS}
    boxes = {name: "yes" if form.get(name) == "yes" else "no" for name in ("is_legal_entity", "is_active")}
    return {**texts, **days, **boxes, "settlement_id": typed(form, "settlement_id")}


def chosen_place(given: Mapping[str, str], places: Sequence[Settlement]) -> Settlement | None:
    """The place chosen in the list; None for a new one or none."""
    return next((one for one in places if str(one.id) == given["settlement_id"]), None)


def facts_of_place(given: Mapping[str, str], place: Settlement | None) -> dict[str, str]:
    """What goes to the rules: with the names of the chosen place, or those typed for a new one."""
    if place is not None:
        names = {
            "settlement": place.name,
            "settlement_kind": place.kind,
            "place_kind": place.place_kind,
            "place": place.place,
        }
        return {**given, **names}
    if given["settlement_id"] != NEW_PLACE:
        return {**given, **dict.fromkeys(PLACE_FACTS, "")}
    return dict(given)


def at_inputs(remarks: Sequence[Remark], given: Mapping[str, str]) -> list[Remark]:
    """Remarks about the place go to the list of places when no new place is being typed; each said once."""
    if given["settlement_id"] == NEW_PLACE:
        return list(remarks)
    placed = [one for one in remarks if one.place not in PLACE_FACTS]
    if len(placed) < len(remarks):
        placed.append(Remark(N_("Выберите населённый пункт"), place="settlement_id"))
    return placed


def typed_contacts(form: MultiDict[str, str], remarks: list[Remark]) -> dict[str, str]:
    """Phone and address as typed; what is wrong goes to `remarks`."""
    given = {kind: one_line(typed(form, kind)) for kind in ("phone", "email")}
    if given["email"] and (not EMAIL.fullmatch(given["email"]) or len(given["email"]) > LENGTHS["email"]):
        remarks.append(Remark(N_("Проверьте адрес почты: нужен вид name@example.ru"), place="email"))
    digits = sum(sign.isdigit() for sign in given["phone"])
    if given["phone"] and (not 5 <= digits <= 15 or len(given["phone"]) > LENGTHS["phone"]):
        remarks.append(Remark(N_("Проверьте телефон: в нём должно быть от 5 до 15 цифр"), place="phone"))
    return given


def asked_filter(args: MultiDict[str, str], this_year: int, *, with_inactive: bool = False) -> TosFilter:
    """The filter that an address asks for; nonsense asks for nothing."""
    settlement = args.get("settlement", "")
    is_number = settlement.isascii() and settlement.isdigit() and len(settlement) < 10
    return TosFilter(
        words=one_line(args.get("q", ""))[:100],
        settlement_id=int(settlement) if is_number else None,
        is_legal_entity=args.get("legal") == "yes",
        new_in_year=this_year if args.get("new") == "yes" else None,
        with_inactive=with_inactive,
    )


def asked_again(asked: TosFilter) -> dict[str, Any]:
    """The arguments of an address that asks for the same."""
    return {
        "q": asked.words or None,
        "settlement": asked.settlement_id,
        "legal": "yes" if asked.is_legal_entity else None,
        "new": "yes" if asked.new_in_year else None,
    }


def shown_fact(value: object) -> str:
    """A fact as a reader sees it in a comparison."""
    if value is None or value == "":
        return gettext("пусто")
    if isinstance(value, bool):
        return gettext("да") if value else gettext("нет")
    return day(value) if isinstance(value, date) else str(value)
