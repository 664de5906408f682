"""The definition of a form: JSON read strictly, and back."""

from collections.abc import Iterable, Mapping
from dataclasses import fields as fields_of
from typing import Any

from tosportal.domain.definition_reader import Reader
from tosportal.domain.errors import N_, Remark
from tosportal.domain.form_definition.agreeing import AGREEMENTS, AGREEMENTS_OF
from tosportal.domain.form_definition.kinds import (
    CELL_KINDS,
    CONDITION_KINDS,
    GROUP_KINDS,
    KINDS,
    MAY_BE_SEALED,
    MOST_CHARS,
    MOST_ROWS,
    NUMBER_KINDS,
    OPTION_KINDS,
    QUORUMS,
    FormField,
    FormSection,
    Option,
    condition_of,
)

FIELD_NAMES = [one.name for one in fields_of(FormField)]


def read_form_section(reader: Reader, data: Mapping[str, Any], place: str) -> FormSection:
    """A section of the definition; defects go to the reader."""
    reader.only(data, ("code", "title", "nominations", "fields"), place)
    fields = tuple(_read_field(reader, row, where) for where, row in reader.rows(data.get("fields"), f"{place}.fields"))
    codes = [one.code for one in fields]
    reader.unique(codes, f"{place}.fields")
    for number, one in enumerate(fields):
        where = f"{place}.fields[{number}]"
        for name in ("visible_if", "required_if"):
            _check_condition(reader, one, name, fields, where)
        if one.not_before is not None and one.not_before not in codes:
            reader.defect(N_("Нет поля «%(code)s»"), f"{where}.not_before", code=one.not_before)
        inputs = {f"{one.code}-{column.code}" for column in one.row_columns} if one.kind in GROUP_KINDS else set()
        if inputs & set(codes):
            reader.defect(N_("Код «%(code)s» повторяется"), where, code=min(inputs & set(codes)))
    return FormSection(
        reader.code(data, "code", place),
        reader.text(data, "title", place),
        fields,
        reader.codes(data, "nominations", place),
    )


def _check_condition(reader: Reader, one: FormField, name: str, fields: tuple[FormField, ...], where: str) -> None:
    """A condition names a question of the same section that is answered by «yes» and «no» or by a choice."""
    others = [other for other in fields if other is not one]
    own = N_("Условие зависит от вопроса с выбором из этого же раздела")
    reader.defects += check_condition(getattr(one, name), others, f"{where}.{name}", unknown=own)


def check_condition(
    text: str | None,
    fields: Iterable[FormField],
    place: str,
    *,
    unknown: str = N_("Условие зависит от вопроса формы с выбором"),
) -> list[Remark]:
    """Does a condition name a question among these, answered by «yes» and «no» or by a choice, and its options?"""
    if text is None:
        return []
    said = condition_of(text)
    asked = next((one for one in fields if said and one.code == said.field), None)
    if said is None or asked is None or asked.kind not in CONDITION_KINDS:
        return [Remark(unknown, place=place)]
    if asked.kind in OPTION_KINDS and not (said.options and set(said.options) <= {o.code for o in asked.options}):
        words = N_("В условии нужен вариант ответа на вопрос «%(label)s»")
        return [Remark(words, {"label": asked.label}, place)]
    return [Remark(unknown, place=place)] if asked.kind not in OPTION_KINDS and said.options else []


def _read_field(reader: Reader, data: Mapping[str, Any], place: str, *, is_column: bool = False) -> FormField:
    reader.only(data, FIELD_NAMES, place)
    kind = reader.one_of(data, "kind", place, sorted(CELL_KINDS) if is_column else KINDS)
    options = tuple(
        _read_option(reader, row, where) for where, row in reader.rows(data.get("options"), f"{place}.options")
    )
    reader.unique((one.code for one in options), f"{place}.options")
    columns = tuple(
        _read_field(reader, row, where, is_column=True)
        for where, row in reader.rows(data.get("columns"), f"{place}.columns")
    )
    reader.unique((one.code for one in columns), f"{place}.columns")
    found = FormField(
        code=reader.code(data, "code", place),
        label=reader.text(data, "label", place),
        kind=kind,
        required=reader.flag(data, "required", place),
        help=reader.text(data, "help", place, required=False),
        min_chars=reader.whole(data, "min_chars", place),
        max_chars=reader.whole(data, "max_chars", place, least=1),
        min=reader.decimal(data, "min", place),
        max=reader.decimal(data, "max", place),
        options=options,
        visible_if=reader.text(data, "visible_if", place, required=False) or None,
        not_before=reader.code(data, "not_before", place, required=False) or None,
        personal=reader.flag(data, "personal", place),
        public=reader.flag(data, "public", place),
        prefill=reader.text(data, "prefill", place, required=False) or None,
        columns=columns,
        min_rows=reader.whole(data, "min_rows", place),
        max_rows=reader.whole(data, "max_rows", place, least=1),
        example=reader.text(data, "example", place, required=False),
        required_if=reader.text(data, "required_if", place, required=False) or None,
        hidden_from_jury=reader.flag(data, "hidden_from_jury", place),
        total=reader.flag(data, "total", place),
        text=reader.text(data, "text", place, required=False),
        slot=reader.code(data, "slot", place, required=False) or None,
        quorum=None if data.get("quorum") is None else reader.one_of(data, "quorum", place, QUORUMS),
        sealed=reader.flag(data, "sealed", place),
        agrees=None if data.get("agrees") is None else reader.one_of(data, "agrees", place, AGREEMENTS),
    )
    _check_field(reader, found, place, is_column=is_column)
    return found


def _read_option(reader: Reader, data: Mapping[str, Any], place: str) -> Option:
    reader.only(data, ("code", "name"), place)
    return Option(reader.code(data, "code", place), reader.text(data, "name", place))


def _check_field(reader: Reader, found: FormField, place: str, *, is_column: bool) -> None:
    """What the kind of a field needs and what contradicts itself."""
    if found.kind in OPTION_KINDS and not found.options:
        reader.defect(N_("Для выбора нужны варианты"), f"{place}.options")
    if found.kind == "table" and not found.columns:
        reader.defect(N_("Для таблицы нужны столбцы"), f"{place}.columns")
    if found.kind == "consent" and not found.text.strip():
        reader.defect(N_("Напишите текст согласия"), f"{place}.text")
    if found.kind == "meeting" and found.quorum is None:
        reader.defect(N_("Выберите, сколько жителей нужно для кворума"), f"{place}.quorum")
    if found.kind == "files" and found.slot is None:
        reader.defect(N_("Выберите документ, файлы которого прикладывают здесь"), f"{place}.slot")
    if found.kind == "consent" and found.prefill:
        reader.defect(N_("Согласие не подставляют: человек ставит отметку сам"), f"{place}.prefill")
    if found.sealed and found.public:
        reader.defect(N_("Банковские и паспортные данные не публикуют"), f"{place}.public")
    if found.sealed and (is_column or found.kind not in MAY_BE_SEALED):
        reader.defect(N_("Такое поле не шифруют"), f"{place}.sealed")
    if found.agrees and (is_column or found.agrees not in AGREEMENTS_OF.get(found.kind, ())):
        reader.defect(N_("Ответ такого вида с этим не сверяют"), f"{place}.agrees")
    if found.total and not (is_column and found.kind in NUMBER_KINDS):
        reader.defect(N_("Итог считают только по столбцу с числами"), f"{place}.total")
    if is_column and found.required_if is not None:
        reader.defect(N_("У столбца условия нет"), f"{place}.required_if")
    for low, high, name in (
        (found.min_chars, found.max_chars, "max_chars"),
        (found.min, found.max, "max"),
        (found.min_rows, found.max_rows, "max_rows"),
    ):
        if low is not None and high is not None and low > high:
            reader.defect(N_("Наименьшее больше наибольшего"), f"{place}.{name}")
    if (found.max_chars or 0) > MOST_CHARS or (found.max_rows or 0) > MOST_ROWS:
        reader.defect(N_("Слишком большой предел"), place)


def section_to_json(section: FormSection) -> dict[str, Any]:
    """The section as the regulation writes it; what is not set is left out."""
    return {
        "code": section.code,
        "title": section.title,
        "nominations": list(section.nominations),
        "fields": [field_to_json(one) for one in section.fields],
    }


LEFT_OUT_WHEN_EMPTY = (
    "help", "min_chars", "max_chars", "visible_if", "not_before", "prefill", "min_rows", "max_rows", "example",
    "required_if", "text", "slot", "quorum", "agrees",
)  # fmt: skip


def field_to_json(one: FormField) -> dict[str, Any]:
    data: dict[str, Any] = {"code": one.code, "label": one.label, "kind": one.kind, "required": one.required}
    for name in LEFT_OUT_WHEN_EMPTY:
        if (value := getattr(one, name)) not in (None, ""):
            data[name] = value
    for name in ("min", "max"):
        if (number := getattr(one, name)) is not None:
            data[name] = f"{number:f}"
    for name in ("personal", "public", "hidden_from_jury", "total", "sealed"):
        if getattr(one, name):
            data[name] = True
    if one.options:
        data["options"] = [{"code": option.code, "name": option.name} for option in one.options]
    if one.columns:
        data["columns"] = [field_to_json(column) for column in one.columns]
    return data
