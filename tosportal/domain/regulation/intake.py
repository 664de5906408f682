"""How the intake of applications may be: how long at least, and until when it may be extended by an act."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tosportal.domain.definition_reader import Reader
from tosportal.domain.errors import N_, Remark

NEVER, BEFORE_CLOSE, BEFORE_ADMISSION = "never", "before_close", "before_admission"
EXTENSIONS: Mapping[str, str] = {
    BEFORE_ADMISSION: N_("пока ни по одной заявке не решено о допуске"),
    BEFORE_CLOSE: N_("только до окончания приёма"),
    NEVER: N_("нельзя"),
}


@dataclass(frozen=True)
class Intake:
    """`extension`: until when the end of intake may be moved later; `days_min`: calendar days from the announcement to
    the end of intake, at least.

    Unless the regulation says otherwise, the intake may be extended until the first decision on admission: as long as
    nobody has been admitted or refused, everybody still stands in the same conditions.
    Basis: DOMAIN 3.3 (end of intake not earlier than the 10th or the 30th day after publication).
    """

    extension: str = BEFORE_ADMISSION
    days_min: int | None = None


def read_intake(reader: Reader, data: Mapping[str, Any]) -> Intake:
    reader.only(data, ("extension", "days_min"), "intake")
    extension = reader.one_of(data, "extension", "intake", EXTENSIONS) if "extension" in data else BEFORE_ADMISSION
    return Intake(extension, reader.whole(data, "days_min", "intake", least=1))


def intake_to_json(intake: Intake) -> dict[str, Any]:
    """What differs from the usual; empty when nothing does."""
    said: dict[str, Any] = {} if intake.extension == BEFORE_ADMISSION else {"extension": intake.extension}
    return said if intake.days_min is None else {**said, "days_min": intake.days_min}


def check_intake_length(intake: Intake, announced_on: date, close_on: date | None) -> list[Remark]:
    """Is the intake long enough? The day of the announcement is not counted.

    >>> [str(one) for one in check_intake_length(Intake(days_min=30), date(2026, 2, 2), date(2026, 3, 3))]
    ['Приём заканчивается 03.03.2026, а по положению не раньше 04.03.2026']
    >>> check_intake_length(Intake(days_min=30), date(2026, 2, 2), date(2026, 3, 4))
    []
    """
    if intake.days_min is None or close_on is None:
        return []
    least_on = announced_on + timedelta(days=intake.days_min)
    if close_on >= least_on:
        return []
    words = N_("Приём заканчивается %(close_on)s, а по положению не раньше %(least_on)s")
    return [Remark(words, {"close_on": close_on, "least_on": least_on}, "timeline.close")]
