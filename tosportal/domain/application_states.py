"""The life of an application up to admission; what comes after is derived from the decision."""

from collections.abc import Mapping
from enum import StrEnum

from tosportal.domain.errors import N_
from tosportal.domain.transitions import TransitionTable, advance


class ApplicationState(StrEnum):
    """The states that are stored."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ADMITTED = "admitted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class ApplicationAct(StrEnum):
    """What people do with an application as a whole."""

    SUBMIT = "submit"
    RETURN = "return"
    RESUBMIT = "resubmit"
    ADMIT = "admit"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"


STATE_NAMES: Mapping[str, str] = {
    ApplicationState.DRAFT: N_("Черновик"),
    ApplicationState.SUBMITTED: N_("На проверке"),
    ApplicationState.RETURNED: N_("Нужны исправления"),
    ApplicationState.ADMITTED: N_("Допущена"),
    ApplicationState.REFUSED: N_("Не допущена"),
    ApplicationState.WITHDRAWN: N_("Отозвана"),
}

ACT_NAMES: Mapping[str, str] = {
    ApplicationAct.SUBMIT: N_("отправить заявку"),
    ApplicationAct.RETURN: N_("вернуть заявку на исправление"),
    ApplicationAct.RESUBMIT: N_("отправить исправленную заявку"),
    ApplicationAct.ADMIT: N_("допустить заявку"),
    ApplicationAct.REFUSE: N_("отказать в допуске"),
    ApplicationAct.WITHDRAW: N_("отозвать заявку"),
    ApplicationAct.REOPEN: N_("вернуться к проверке заявки"),
}

# Tag class and icon of the design; a plain tag has no modifier.
STATE_TAGS: Mapping[str, tuple[str, str]] = {
    ApplicationState.DRAFT: ("", "pen"),
    ApplicationState.SUBMITTED: ("tag--sky", "clock"),
    ApplicationState.RETURNED: ("tag--honey", "alert"),
    ApplicationState.ADMITTED: ("tag--green", "check"),
    ApplicationState.REFUSED: ("tag--rowan", "cross"),
    ApplicationState.WITHDRAWN: ("", "left"),
}

TABLE = TransitionTable(
    {
        (ApplicationState.DRAFT, ApplicationAct.SUBMIT): ApplicationState.SUBMITTED,
        (ApplicationState.DRAFT, ApplicationAct.WITHDRAW): ApplicationState.WITHDRAWN,
        (ApplicationState.SUBMITTED, ApplicationAct.RETURN): ApplicationState.RETURNED,
        (ApplicationState.SUBMITTED, ApplicationAct.ADMIT): ApplicationState.ADMITTED,
        (ApplicationState.SUBMITTED, ApplicationAct.REFUSE): ApplicationState.REFUSED,
        (ApplicationState.SUBMITTED, ApplicationAct.RESUBMIT): ApplicationState.SUBMITTED,
        (ApplicationState.SUBMITTED, ApplicationAct.WITHDRAW): ApplicationState.WITHDRAWN,
        (ApplicationState.RETURNED, ApplicationAct.RESUBMIT): ApplicationState.SUBMITTED,
        (ApplicationState.RETURNED, ApplicationAct.REFUSE): ApplicationState.REFUSED,
        (ApplicationState.RETURNED, ApplicationAct.WITHDRAW): ApplicationState.WITHDRAWN,
        (ApplicationState.RETURNED, ApplicationAct.REOPEN): ApplicationState.SUBMITTED,
        (ApplicationState.ADMITTED, ApplicationAct.WITHDRAW): ApplicationState.WITHDRAWN,
        (ApplicationState.ADMITTED, ApplicationAct.REOPEN): ApplicationState.SUBMITTED,
        (ApplicationState.REFUSED, ApplicationAct.REOPEN): ApplicationState.SUBMITTED,
    },
    STATE_NAMES,
    ACT_NAMES,
)

EDITABLE = frozenset({ApplicationState.DRAFT, ApplicationState.RETURNED})
# A place under «заявок от одного ТОС» is taken by what is neither refused nor withdrawn; a draft takes one too.
LIVE = frozenset(
    {ApplicationState.DRAFT, ApplicationState.SUBMITTED, ApplicationState.RETURNED, ApplicationState.ADMITTED}
)


def after(state: str, act: str) -> ApplicationState:
    """The state of an application after an act; RuleBroken with the reason when it is not possible now.

    >>> after("draft", "submit")
    <ApplicationState.SUBMITTED: 'submitted'>
    >>> after("withdrawn", "admit")
    Traceback (most recent call last):
    tosportal.domain.errors.RuleBroken: Нельзя допустить заявку: сейчас состояние «Отозвана»

    Basis: DOMAIN 3.13; issue, points 8 and 9.
    """
    return ApplicationState(advance(TABLE, state, act))
