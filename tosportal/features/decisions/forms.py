"""What the secretary and the chair type in about a decision."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, ValidationError

MOST_MEMBERS = 500


def no_control_signs(form: FlaskForm, field: Any) -> None:
    """NUL bytes and their kind have no place in a protocol."""
    if field.data and any(ord(sign) < 32 and sign not in "\r\n\t" for sign in field.data):
        raise ValidationError(_l("Уберите из текста служебные знаки: вставьте его ещё раз как простой текст"))


class SessionForm(FlaskForm):
    """The meeting of the commission."""

    number = StringField(
        _l("Номер протокола"),
        validators=[InputRequired(_l("Напишите номер протокола, например 2")), Length(max=20), no_control_signs],
    )
    held_on = DateField(
        _l("День заседания"),
        format=["%d %m %Y", "%Y-%m-%d", "%d.%m.%Y"],
        validators=[InputRequired(_l("Укажите день заседания, например 10 апреля 2026"))],
    )
    place = StringField(
        _l("Место"),
        validators=[InputRequired(_l("Напишите, где проходило заседание")), Length(max=200), no_control_signs],
    )
    members = IntegerField(
        _l("Сколько всего членов комиссии"),
        validators=[
            InputRequired(_l("Укажите число членов комиссии, например 6")),
            NumberRange(1, MOST_MEMBERS, _l("Укажите число от 1 до 500")),
        ],
    )
    present = IntegerField(
        _l("Сколько присутствовало"),
        validators=[
            InputRequired(_l("Укажите, сколько членов комиссии пришло")),
            NumberRange(1, MOST_MEMBERS, _l("Укажите число от 1 до 500")),
        ],
    )

    def validate_present(self, field: IntegerField) -> None:
        """Nobody can be present who is not a member; more than half must be."""
        if field.data is None or self.members.data is None:
            return
        if field.data > self.members.data:
            raise ValidationError(_l("Присутствовать не может больше, чем членов комиссии"))
        if field.data * 2 <= self.members.data:
            raise ValidationError(_l("Кворума нет: должно присутствовать больше половины членов комиссии"))


class ReturnForm(FlaskForm):
    """Why the chair sends the decision back."""

    reason = TextAreaField(
        _l("Что исправить"),
        validators=[InputRequired(_l("Напишите, что нужно исправить")), Length(max=2000), no_control_signs],
    )
