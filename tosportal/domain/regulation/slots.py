"""Which document each question of kind «files» asks for: one that exists, and one question for one document."""

from tosportal.domain.errors import N_, Remark
from tosportal.domain.form_definition import FormSection
from tosportal.domain.regulation.model import Regulation


def check_slots(regulation: Regulation) -> list[Remark]:
    """Questions that ask for a document that is not there, or that another question of the same form asks for.

    Places are those of the strict reading: `form.sections[0].fields[2].slot`. Two sections that no nomination shares
    may ask for the same document. The reading itself lets such regulations pass, since older ones may hold them.
    """
    remarks: list[Remark] = []
    asked: dict[str, list[tuple[FormSection, str]]] = {}
    for place, section in enumerate(regulation.sections):
        for number, one in enumerate(section.fields):
            if one.kind != "files" or one.slot is None:
                continue
            where = f"form.sections[{place}].fields[{number}].slot"
            document = next((slot for slot in regulation.documents if slot.code == one.slot), None)
            values = {"label": one.label, "title": section.title}
            if document is None:
                words = N_("Вопрос «%(label)s» раздела «%(title)s» просит документ, которого нет в списке документов")
                remarks.append(Remark(words, values, where))
                continue
            before = asked.setdefault(one.slot, [])
            if other := next(((title.title, label) for title, label in before if _meet(title, section)), None):
                words = N_("Документ «%(name)s» уже просит вопрос «%(label)s» раздела «%(title)s»: выберите другой")
                remarks.append(Remark(words, {"name": document.name, "label": other[1], "title": other[0]}, where))
            before.append((section, one.label))
    return remarks


def _meet(one: FormSection, other: FormSection) -> bool:
    """May one application have both sections?"""
    return not one.nominations or not other.nominations or bool(set(one.nominations) & set(other.nominations))
