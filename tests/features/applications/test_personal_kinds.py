"""What never goes to the storage of a browser: kinds that name a person, their place or their account."""

from tosportal.domain.form_definition import FormField, FormSection
from tosportal.features.applications.forms import SectionForm

PERSONAL = {"person", "phone", "email", "address", "inn", "bik", "account"}


def personal_of(*fields: FormField) -> list[str]:
    form = SectionForm(FormSection("s", "Раздел", fields), {}, (), 0, whole=None)  # type: ignore[arg-type]
    return form.personal.split()


def test_kinds_of_people_and_accounts_are_personal_whatever_the_form_says():
    kinds = ("text", "money", "inn10", "ogrn", "url", "budget", *sorted(PERSONAL))
    assert personal_of(*(FormField(kind, kind, kind) for kind in kinds)) == sorted(PERSONAL)
    table = FormField("team", "Команда", "table", columns=(FormField("name", "Кто", "person"),))
    assert personal_of(FormField("note", "Что", "text", personal=True), table) == ["note", "team"]
