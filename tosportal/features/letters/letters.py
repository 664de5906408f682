"""Letters that the portal itself writes, of no feature: facts → subject and body, in the language of the receiver."""

from flask_babel import force_locale

from tosportal.domain.errors import N_
from tosportal.domain.letter_texts import LetterKind, Word
from tosportal.features.accounts.models import Person
from tosportal.features.registry.queries import municipality_of_page
from tosportal.support import notifications

CHECK_COMMAND = "flask --app tosportal audit verify"
JOURNAL_BROKEN = LetterKind(
    "journal.broken",
    N_("Журнал действий нарушен"),
    N_("администраторам портала"),
    N_("Журнал действий нарушен"),
    N_(
        "Строка %(row)s журнала: %(reason)s.\n\nВерных строк до неё: %(count)s. "
        "Не трогайте базу, сделайте её копию и проверьте журнал командой «%(command)s»."
    ),
    {
        "row": Word("строка", N_("номер нарушенной строки"), "1204"),
        "reason": Word("что", N_("что в строке не так"), N_("строка изменена")),
        "count": Word("верных", N_("сколько строк до неё верны"), "1203"),
        "command": Word("команда", N_("команда, которая проверяет журнал"), CHECK_COMMAND),
    },
    ("row", "command"),
    of_contest=False,
)
KINDS = (JOURNAL_BROKEN,)


def journal_broken(person: Person, *, row: int, reason: str, count: int) -> tuple[str, str]:
    """To an administrator: where the journal does not hold, and what to do."""
    municipality = municipality_of_page()
    with force_locale(person.locale):
        values = {"row": row, "reason": reason, "count": count, "command": CHECK_COMMAND}
        return notifications.written(JOURNAL_BROKEN, values, municipality_id=municipality.id if municipality else None)
