"""What may be typed in: a consent on paper, the words of a consent."""

from dataclasses import dataclass
from datetime import date

from werkzeug.datastructures import MultiDict

from tosportal.domain.errors import N_, Remark
from tosportal.domain.form_definition import cleaned, day_from
from tosportal.domain.tos_list import one_line

LONGEST = 30_000


def typed(form: MultiDict[str, str], name: str, most: int = LONGEST) -> str:
    """A text as typed, without signs that cannot be stored."""
    return cleaned(form.get(name, ""))[:most]


def typed_day(form: MultiDict[str, str], name: str) -> str:
    """A day typed into three inputs, «20.7.2026»; empty when none of them holds anything."""
    parts = [one_line(typed(form, f"{name}-{part}", 20)).replace(".", "") for part in ("day", "month", "year")]
    return ".".join(parts) if any(parts) else ""


@dataclass
class Paper:
    """A consent on paper as typed, and its days read."""

    purpose: str = ""
    subject_name: str = ""
    email: str = ""
    tos: str = ""
    what: str = ""
    given_on: str = ""
    consent_until_on: str = ""

    @classmethod
    def of(cls, form: MultiDict[str, str]) -> "Paper":
        texts = {name: one_line(typed(form, name, 400)) for name in ("purpose", "subject_name", "email", "tos", "what")}
        return cls(**texts, **{name: typed_day(form, name) for name in ("given_on", "consent_until_on")})

    def day(self, name: str, remarks: list[Remark], *, needed: bool = False) -> date | None:
        """The day of a typed text, or a remark."""
        text = getattr(self, name)
        found = day_from(text) if text else None
        if found is None and (text or needed):
            remarks.append(Remark(N_("Укажите день, месяц и год, например 20 июля 2026 года"), place=name))
        return found
