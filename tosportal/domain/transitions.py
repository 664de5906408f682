"""A table of transitions and the one way along it."""

from collections.abc import Mapping
from dataclasses import dataclass

from tosportal.domain.errors import N_, Remark, RuleBroken


@dataclass(frozen=True)
class TransitionTable:
    """Which act leads from which state to which state, with the Russian names that a refusal needs."""

    moves: Mapping[tuple[str, str], str]
    state_names: Mapping[str, str]
    act_names: Mapping[str, str]

    def acts_from(self, state: str) -> tuple[str, ...]:
        """The acts possible in a state, in the order of the table."""
        return tuple(act for (source, act) in self.moves if source == state)


def advance(table: TransitionTable, state: str, act: str) -> str:
    """The state after the act.

    Raises RuleBroken, with the reason in Russian, when the table has no such move; KeyError never: an unknown state or
    act is refused in the same words.

    >>> table = TransitionTable({("draft", "send"): "sent"}, {"draft": "черновик", "sent": "отправлена"},
    ...                         {"send": "отправить"})
    >>> advance(table, "draft", "send")
    'sent'
    >>> advance(table, "sent", "send")
    Traceback (most recent call last):
    tosportal.domain.errors.RuleBroken: Нельзя отправить: сейчас состояние «отправлена»

    Basis: DOMAIN 3.13.
    """
    try:
        return table.moves[(state, act)]
    except KeyError:
        remark = Remark(
            N_("Нельзя %(act)s: сейчас состояние «%(state)s»"),
            {"act": Remark(table.act_names.get(act, act)), "state": Remark(table.state_names.get(state, state))},
        )
        raise RuleBroken(remark) from None
