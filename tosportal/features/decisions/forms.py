"""What the secretary and the chair type in about a decision."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from tosportal.domain.errors import N_, Remark
from tosportal.domain.sitting import CASTINGS, Attendance, Opinion, Question, Sitting, Votes
from tosportal.web.rows import Column, Rows

QUESTION_COLUMNS = (
    Column("question", N_("Вопрос")),
    Column("in_favour", N_("За"), "whole", optional=True),
    Column("against", N_("Против"), "whole", optional=True),
    Column("abstained", N_("Воздержались"), "whole", optional=True),
    Column(
        "casting",
        N_("Решающий голос"),
        "choice",
        N_("Только если голоса разделились поровну: как голосовал тот, кто вёл заседание"),
        tuple(CASTINGS.items()),
        optional=True,
    ),
    Column(
        "decision", N_("Что решили"), hint=N_("Если по вопросу не голосовали, оставьте голоса пустыми"), optional=True
    ),
)
OPINION_COLUMNS = (
    Column("member", N_("Чьё мнение"), hint=N_("Код эксперта, например Э2, или фамилия и должность")),
    Column("text", N_("Особое мнение"), "long"),
)
SITTING_COLUMNS = (
    Column("number", N_("Номер протокола")),
    Column("held_at", N_("Когда началось заседание"), "moment"),
    Column("place", N_("Где проходило заседание")),
    Column("present", N_("Кто из членов комиссии пришёл"), "many"),
    Column(
        "others_present",
        N_("Другие члены комиссии, которые пришли"),
        "lines",
        N_("Кто состоит в комиссии, но не оценивает на портале. Каждый с новой строки: фамилия и инициалы, должность"),
        optional=True,
    ),
    Column("others_absent", N_("Другие члены комиссии, которые не пришли"), "lines", optional=True),
    Column(
        "invitees",
        N_("Кого пригласили"),
        "lines",
        N_("Каждый с новой строки. Эти слова войдут в протокол, который видят все"),
        optional=True,
    ),
    Column(
        "questions",
        N_("Повестка и голосование"),
        "rows",
        rows=Rows(N_("Вопрос"), N_("Добавить вопрос"), QUESTION_COLUMNS, title="question", unfolded=True),
    ),
    Column(
        "conditions",
        N_("Условия"),
        "lines",
        N_("На каких условиях даются деньги. Каждое с новой строки"),
        optional=True,
    ),
    Column(
        "opinions",
        N_("Особые мнения"),
        "rows",
        rows=Rows(N_("Особое мнение"), N_("Добавить особое мнение"), OPINION_COLUMNS, title="member"),
    ),
    Column(
        "tie_votes",
        N_("Порядок равных заявок по голосованию"),
        hint=N_("Только если правила конкурса не различили заявки. Номера через запятую, первая — выше"),
        optional=True,
    ),
)
AGENDA = (
    N_("О допуске заявок"),
    N_("Об итогах оценки и рейтинге"),
    N_("О распределении средств конкурса"),
)
NUMBERS = re.compile(r"[0-9]{1,6}")


def sitting_columns(roster: Sequence[tuple[str, str]]) -> tuple[Column, ...]:
    """The inputs of a sitting; `roster` is who sits on the commission: code and words."""
    return tuple(replace(one, choices=tuple(roster)) if one.name == "present" else one for one in SITTING_COLUMNS)


def stored_sitting(sitting: Any, roster: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """What the inputs begin with: the sitting as it was last written down, or the usual agenda."""
    if not isinstance(sitting, Sitting):
        return {"questions": [{"question": _(question)} for question in AGENDA]}
    known = {code for code, _words in roster}
    came = [one.member for one in sitting.attendance if one.is_present]
    away = [one.member for one in sitting.attendance if not one.is_present]
    return {
        **sitting.to_json(),
        "present": [one for one in came if one in known],
        "others_present": [one for one in came if one not in known],
        "others_absent": [one for one in away if one not in known],
        "questions": [
            {"question": one.question, "decision": one.decision}
            | (
                {
                    "in_favour": one.votes.in_favour,
                    "against": one.votes.against,
                    "abstained": one.votes.abstained,
                    "casting": one.votes.casting,
                }
                if one.votes
                else {}
            )
            for one in sitting.questions
        ],
    }


def sitting_from(values: dict[str, Any], roster: Sequence[tuple[str, str]]) -> Sitting:
    """The sitting of values that were read without a remark."""
    came = set(values["present"])
    return Sitting(
        number=values["number"],
        held_at=datetime.fromisoformat(values["held_at"]),
        place=values["place"],
        attendance=(
            *(Attendance(code, code in came) for code, _words in roster),
            *(Attendance(one, True) for one in values["others_present"]),
            *(Attendance(one, False) for one in values["others_absent"]),
        ),
        invitees=tuple(values["invitees"]),
        questions=tuple(_question(one) for one in values["questions"]),
        conditions=tuple(values["conditions"]),
        opinions=tuple(Opinion(one["member"], one["text"]) for one in values["opinions"]),
    )


def _question(row: dict[str, Any]) -> Question:
    counts = [row["in_favour"], row["against"], row["abstained"]]
    if all(count is None for count in counts):
        return Question(row["question"], None, row["decision"])
    in_favour, against, abstained = (count or 0 for count in counts)
    votes = Votes(in_favour, against, abstained, row["casting"] or "")
    return Question(row["question"], votes, row["decision"])


def tie_votes_from(text: str) -> tuple[tuple[int, ...], list[Remark]]:
    """Registration numbers in the order of the vote, and what is wrong with them."""
    words = text.replace("№", " ").replace(",", " ").replace(";", " ").split()
    if all(NUMBERS.fullmatch(word) for word in words):
        return tuple(int(word) for word in words), []
    return (), [Remark(N_("Напишите номера заявок через запятую, например 7, 3"), {}, "tie_votes")]


def no_control_signs(form: FlaskForm, field: Any) -> None:
    """NUL bytes and their kind have no place in a protocol."""
    if field.data and any(ord(sign) < 32 and sign not in "\r\n\t" for sign in field.data):
        raise ValidationError(_l("Уберите из текста служебные знаки: вставьте его ещё раз как простой текст"))


class ReturnForm(FlaskForm):
    """Why the chair sends the decision back."""

    reason = TextAreaField(
        _l("Что исправить"),
        validators=[InputRequired(_l("Напишите, что нужно исправить")), Length(max=2000), no_control_signs],
    )
