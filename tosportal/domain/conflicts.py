"""Why this juror must not judge this application, and whether enough jurors are left for it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tosportal.domain.errors import N_, NotAllowed, Remark

DECLARED = N_("Эксперт заявил о личном интересе")


@dataclass(frozen=True)
class JurorFacts:
    """A juror: the person, the ТОС they belong to or ever belonged to, what they declared of applications.

    `tos_ids` holds confirmed links, `former_tos_ids` those that have ended. `conflicts` and `no_conflicts` hold the
    applications of which the juror declared the one or the other; one in neither has no declaration yet.
    """

    person_id: int
    tos_ids: frozenset[int] = frozenset()
    former_tos_ids: frozenset[int] = frozenset()
    conflicts: frozenset[int] = frozenset()
    no_conflicts: frozenset[int] = frozenset()


@dataclass(frozen=True)
class JudgedApplication:
    """An application: its ТОС and everybody who wrote in it or is named in it."""

    application_id: int
    tos_id: int
    author_ids: frozenset[int] = frozenset()


def reasons_against(juror: JurorFacts, application: JudgedApplication) -> list[Remark]:
    """Why this juror must not judge this application; empty: nothing is known against it.

    A declaration of «no conflict» does not heal what the portal knows itself.

    >>> juror = JurorFacts(1, tos_ids=frozenset({7}), no_conflicts=frozenset({40}))
    >>> [str(reason) for reason in reasons_against(juror, JudgedApplication(40, 7))]
    ['Эксперт состоит в этом ТОС']
    >>> reasons_against(juror, JudgedApplication(41, 8))
    []

    Basis: DOMAIN 3.6 (conflict of interest, «near every member is tied to some ТОС»); issue, point 4.
    """
    remarks = []
    if application.tos_id in juror.tos_ids:
        remarks.append(Remark(N_("Эксперт состоит в этом ТОС")))
    elif application.tos_id in juror.former_tos_ids:
        remarks.append(Remark(N_("Эксперт раньше состоял в этом ТОС")))
    if juror.person_id in application.author_ids:
        remarks.append(Remark(N_("Эксперт участвовал в подготовке этой заявки")))
    if application.application_id in juror.conflicts:
        remarks.append(Remark(DECLARED))
    return remarks


def kind_of_recusal(reasons: Iterable[Remark]) -> str:
    """How a protocol names the reasons: `declared`, when the juror said so, else `tie`: known to the portal.

    Which tie it is stays out of a published paper: in a district of 45 ТОС it would name the juror behind the code.
    """
    return "declared" if any(reason.template == DECLARED for reason in reasons) else "tie"


def may_judge(juror: JurorFacts, application: JudgedApplication) -> bool:
    """Is there nothing against the juror, and have they declared that there is no conflict?"""
    return application.application_id in juror.no_conflicts and not reasons_against(juror, application)


def ensure_may_judge(juror: JurorFacts, application: JudgedApplication) -> None:
    """Raises NotAllowed with the reasons, or with the request to declare first."""
    if reasons := reasons_against(juror, application):
        raise NotAllowed(reasons)
    if application.application_id not in juror.no_conflicts:
        raise NotAllowed(Remark(N_("Сначала скажите, есть ли у вас личный интерес в этой заявке")))


@dataclass(frozen=True)
class Quorum:
    """How many jurors an application has and needs: all, recused, able to judge, needed."""

    members: int
    recused: int
    needed: int

    @property
    def available(self) -> int:
        return self.members - self.recused

    @property
    def is_reached(self) -> bool:
        return self.available >= self.needed


def quorum(jurors: Iterable[JurorFacts], application: JudgedApplication, *, sheets_min: int) -> Quorum:
    """The quorum for one application after recusals: at least `sheets_min` jurors, and at least one, must be left.

    A juror who has not declared yet counts as able: only reasons take away.

    >>> jury = [JurorFacts(1, tos_ids=frozenset({7})), JurorFacts(2), JurorFacts(3)]
    >>> found = quorum(jury, JudgedApplication(40, 7), sheets_min=3)
    >>> (found.available, found.needed, found.is_reached)
    (2, 3, False)

    Basis: DOMAIN 3.6 («recusal must be per application, with quorum recomputed for that application»).
    """
    everybody = list(jurors)
    recused = sum(bool(reasons_against(juror, application)) for juror in everybody)
    return Quorum(len(everybody), recused, max(1, sheets_min))


def without_quorum(
    jurors: Sequence[JurorFacts], applications: Iterable[JudgedApplication], *, sheets_min: int
) -> list[tuple[JudgedApplication, Quorum]]:
    """The applications that too few jurors may judge: the secretary must invite more."""
    checked = ((one, quorum(jurors, one, sheets_min=sheets_min)) for one in applications)
    return [(one, found) for one, found in checked if not found.is_reached]
