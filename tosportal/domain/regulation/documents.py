"""Required documents as slots: what is attached, in which files and how many."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tosportal.domain.definition_reader import Reader
from tosportal.domain.errors import N_, Remark
from tosportal.domain.form_definition import FormSection, check_condition, condition_of
from tosportal.domain.submission_rule import ORIGINAL_SLOT, PAPER_SLOT, SCAN_SLOT, SIG_SLOT

FILE_KINDS = ("pdf", "docx", "xlsx", "odt", "jpeg", "png")
MOST_FILES, MOST_MEGABYTES = 30, 50


@dataclass(frozen=True)
class DocumentSlot:
    """A place for attachments of one kind; `public` ones are shown with the results.

    With `nominations` or `groups` it is for these alone; `required_if` is a condition on a question of the form
    (see `form_definition.Condition`), `required` means always.
    """

    code: str
    name: str
    required: bool = False
    accept: tuple[str, ...] = ("pdf",)
    max_files: int = 1
    max_mb: int = 20
    clause: str = ""
    public: bool = False
    nominations: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    required_if: str | None = None

    def is_for(self, nomination: str | None, group: str | None) -> bool:
        """Is an application of this nomination and group asked for it? A group not known yet keeps nothing back."""
        return (not self.nominations or nomination in self.nominations) and (
            not self.groups or group is None or group in self.groups
        )


# What an application holds beside the documents of its regulation; see `submission_rule`.
OWN_SLOTS: tuple[DocumentSlot, ...] = (
    DocumentSlot(PAPER_SLOT, N_("Заявка для подписи")),
    DocumentSlot(SCAN_SLOT, N_("Скан подписанной заявки"), accept=("pdf", "jpeg", "png")),
    DocumentSlot(SIG_SLOT, N_("Файл электронной подписи"), accept=("sig",), max_mb=1),
    DocumentSlot(ORIGINAL_SLOT, N_("Скан бумажной заявки"), accept=("pdf", "jpeg", "png"), max_files=10),
)


NAMES = (
    "code", "name", "required", "accept", "max_files", "max_mb", "clause", "public", "nominations", "groups",
    "required_if",
)  # fmt: skip


def read_document(reader: Reader, data: Mapping[str, Any], place: str) -> DocumentSlot:
    reader.only(data, NAMES, place)
    accept = reader.codes(data, "accept", place)
    if not accept:
        reader.defect(N_("Отметьте, какие файлы принимаются"), f"{place}.accept")
    if set(accept) - set(FILE_KINDS):
        reader.defect(N_("Можно принимать только: %(allowed)s"), f"{place}.accept", allowed=", ".join(FILE_KINDS))
    required_if = reader.text(data, "required_if", place, required=False) or None
    if required_if and condition_of(required_if) is None:
        reader.defect(N_("Условие зависит от вопроса формы с выбором"), f"{place}.required_if")
    return DocumentSlot(
        reader.code(data, "code", place),
        reader.text(data, "name", place),
        reader.flag(data, "required", place),
        accept,
        reader.whole(data, "max_files", place, least=1, default=1) or 1,
        reader.whole(data, "max_mb", place, least=1, default=20) or 20,
        reader.text(data, "clause", place, required=False),
        reader.flag(data, "public", place),
        reader.codes(data, "nominations", place),
        reader.texts(data, "groups", place),
        required_if,
    )


def document_to_json(one: DocumentSlot) -> dict[str, Any]:
    return {
        "code": one.code,
        "name": one.name,
        "required": one.required,
        "accept": list(one.accept),
        "max_files": one.max_files,
        "max_mb": one.max_mb,
        "clause": one.clause,
        "public": one.public,
        **({"nominations": list(one.nominations)} if one.nominations else {}),
        **({"groups": list(one.groups)} if one.groups else {}),
        **({"required_if": one.required_if} if one.required_if else {}),
    }


def check_documents(
    slots: Iterable[DocumentSlot],
    nominations: Iterable[str] = (),
    groups: Iterable[str] = (),
    sections: Iterable[FormSection] = (),
) -> list[Remark]:
    """Slots that ask for more than the portal takes, are for a nomination or a group that is not there, or depend on a
    question that the form does not ask."""
    known, bands = set(nominations), set(groups)
    fields = tuple(one for section in sections for one in section.fields)
    remarks = []
    for slot in slots:
        place = f"documents.{slot.code}"
        for code in sorted(set(slot.nominations) - known):
            remarks.append(Remark(N_("Нет номинации %(nomination)s"), {"nomination": code}, place))
        for code in sorted(set(slot.groups) - bands):
            remarks.append(Remark(N_("Нет группы %(group)s"), {"group": code}, place))
        remarks += check_condition(slot.required_if, fields, place)
    return remarks + [
        Remark(
            N_("Можно принять не больше %(files)s файлов по %(megabytes)s МБ"),
            {"files": MOST_FILES, "megabytes": MOST_MEGABYTES},
            f"documents.{slot.code}",
        )
        for slot in slots
        if slot.max_files > MOST_FILES or slot.max_mb > MOST_MEGABYTES
    ]
