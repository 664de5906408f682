"""The columns of the part «Подписание и отправка»: how an application is signed, who sends it, what counts."""

from typing import Any

from tosportal.domain.errors import N_
from tosportal.domain.submission_rule import COUNTS, NAMES, SIGNERS, WAYS
from tosportal.web.rows import Column

JSON = dict[str, Any]

SIGNING_COLUMNS = (
    Column(
        "submission-ways",
        N_("Чем подписывают заявку"),
        "many",
        N_("Ни одной отметки — достаточно кнопки «Отправить». Несколько — подписывающий выберет сам"),
        choices=tuple(WAYS.items()),
    ),
    Column(
        "submission-rule_name",
        N_("Правила простой электронной подписи"),
        hint=N_("Для кода из письма: кем, когда и под каким номером утверждены"),
        optional=True,
    ),
    Column(
        "submission-rule",
        N_("Текст правил"),
        "long",
        N_("Его увидит каждый, кто подписывает кодом. Номер редакции и контрольная сумма текста запишутся в подпись"),
        optional=True,
    ),
    Column("submission-signer", N_("Кто отправляет заявку"), "choice", choices=tuple(SIGNERS.items())),
    Column(
        "submission-resubmit",
        N_("До конца приёма заявку можно изменить и отправить снова"),
        "flag",
        N_("Пока изменённую не отправили, участвует прежняя. Время хранится у каждой отправки"),
    ),
    Column(
        "submission-counts",
        N_("Какое время считается при равенстве"),
        "choice",
        N_("Если заявку отправляли до конца приёма не один раз"),
        choices=tuple(COUNTS.items()),
    ),
)


def take_signing(definition: JSON) -> JSON:
    """What the part shows; what the regulation does not say is as always."""
    given = {"signer": "anyone", "counts": "first"} | definition.get("submission", {})
    return {f"submission-{name}": given[name] for name in NAMES if name in given}


def put_signing(definition: JSON, values: JSON) -> JSON:
    """The definition with what was chosen; texts left empty are not there."""
    found = {name: values.get(f"submission-{name}") for name in NAMES}
    return {**definition, "submission": {name: value for name, value in found.items() if value not in (None, "")}}
