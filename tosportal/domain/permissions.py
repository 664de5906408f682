"""Who may do what: roles, permissions and the matrix, as data that the guards read and the help page prints."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from tosportal.domain.errors import N_


class Role(StrEnum):
    """What a person is in a place: everywhere, in a municipality, in a contest or in a ТОС."""

    ACTIVIST = "activist"
    HELPER = "helper"
    JUROR = "juror"
    SECRETARY = "secretary"
    CHAIR = "chair"
    OBSERVER = "observer"
    ADMINISTRATOR = "administrator"


class Scope(StrEnum):
    """The kind of place a role is granted in."""

    EVERYWHERE = "everywhere"
    MUNICIPALITY = "municipality"
    CONTEST = "contest"
    TOS = "tos"


class Permission(StrEnum):
    """One thing that may be done with one kind of object: `THING_ACT = "thing:act"`."""

    PUBLIC_READ = "public:read"
    OWN_ACCOUNT_EDIT = "own_account:edit"
    DESK_READ = "desk:read"
    LINK_REQUEST = "link:request"
    LINK_DECIDE = "link:decide"
    HELPER_INVITE = "helper:invite"
    TOS_EDIT = "tos:edit"
    TOS_IMPORT = "tos:import"
    PROGRAMME_READ_INNER = "programme:read_inner"
    PROGRAMME_EDIT = "programme:edit"
    CONTEST_READ_INNER = "contest:read_inner"
    CONTEST_EDIT = "contest:edit"
    CONTEST_ANNOUNCE = "contest:announce"
    CONTEST_AMEND = "contest:amend"
    CONTEST_CANCEL = "contest:cancel"
    QUESTION_ASK = "question:ask"
    QUESTION_ANSWER = "question:answer"
    APPLICATION_FILL = "application:fill"
    APPLICATION_SIGN = "application:sign"
    APPLICATION_SUBMIT = "application:submit"
    APPLICATION_ENTER = "application:enter"
    APPLICATION_WITHDRAW = "application:withdraw"
    APPLICATION_READ_OWN = "application:read_own"
    APPLICATION_READ_ALL = "application:read_all"
    ADMISSION_DECIDE = "admission:decide"
    JURY_INVITE = "jury:invite"
    JURY_MONITOR = "jury:monitor"
    SHEET_SCORE = "sheet:score"
    CONFLICT_DECLARE = "conflict:declare"
    DECISION_READ = "decision:read"
    DECISION_PREPARE = "decision:prepare"
    DECISION_APPROVE = "decision:approve"
    DECISION_PUBLISH = "decision:publish"
    INDICATOR_READ_INNER = "indicator:read_inner"
    INDICATOR_ENTER = "indicator:enter"
    EVENT_ENTER = "event:enter"
    EVENT_CONFIRM = "event:confirm"
    EVENT_READ_INNER = "event:read_inner"
    JOURNAL_READ = "journal:read"
    LETTERS_READ = "letters:read"
    LETTERS_WORD = "letters:word"
    PEOPLE_MANAGE = "people:manage"
    CONSENT_KEEP = "consent:keep"
    LOOKS_READ = "looks:read"
    BANK_READ = "bank:read"
    RETENTION_SET = "retention:set"


ROLE_NAMES: Mapping[Role, str] = {
    Role.ACTIVIST: N_("Активист ТОС"),
    Role.HELPER: N_("Помощник ТОС"),
    Role.JUROR: N_("Эксперт"),
    Role.SECRETARY: N_("Секретарь"),
    Role.CHAIR: N_("Председатель комиссии"),
    Role.OBSERVER: N_("Наблюдатель"),
    Role.ADMINISTRATOR: N_("Администратор"),
}

SCOPE_NAMES: Mapping[Scope, str] = {
    Scope.EVERYWHERE: N_("весь портал"),
    Scope.MUNICIPALITY: N_("муниципальное образование"),
    Scope.CONTEST: N_("конкурс"),
    Scope.TOS: N_("ТОС"),
}

PERMISSION_TITLES: Mapping[Permission, str] = {
    Permission.PUBLIC_READ: N_("Читать открытые страницы"),
    Permission.OWN_ACCOUNT_EDIT: N_("Менять свои данные и пароль"),
    Permission.DESK_READ: N_("Видеть свои дела"),
    Permission.LINK_REQUEST: N_("Просить о присоединении к ТОС"),
    Permission.LINK_DECIDE: N_("Подтверждать присоединение к ТОС"),
    Permission.HELPER_INVITE: N_("Приглашать помощников ТОС (председатель)"),
    Permission.TOS_EDIT: N_("Вести реестр ТОС"),
    Permission.TOS_IMPORT: N_("Загружать реестр ТОС из файла"),
    Permission.PROGRAMME_READ_INNER: N_("Видеть рабочие страницы программы"),
    Permission.PROGRAMME_EDIT: N_("Менять программу"),
    Permission.CONTEST_READ_INNER: N_("Видеть рабочие страницы конкурса"),
    Permission.CONTEST_EDIT: N_("Настраивать конкурс"),
    Permission.CONTEST_ANNOUNCE: N_("Объявлять конкурс"),
    Permission.CONTEST_AMEND: N_("Менять объявленный конкурс"),
    Permission.CONTEST_CANCEL: N_("Отменять конкурс"),
    Permission.QUESTION_ASK: N_("Задавать вопросы о конкурсе"),
    Permission.QUESTION_ANSWER: N_("Отвечать на вопросы о конкурсе"),
    Permission.APPLICATION_FILL: N_("Заполнять заявку"),
    Permission.APPLICATION_SIGN: N_("Подписывать заявку"),
    Permission.APPLICATION_SUBMIT: N_("Отправлять заявку (помощник — если разрешил ТОС)"),
    Permission.APPLICATION_ENTER: N_("Вносить заявки с бумаги"),
    Permission.APPLICATION_WITHDRAW: N_("Отзывать заявку"),
    Permission.APPLICATION_READ_OWN: N_("Читать заявки своего ТОС"),
    Permission.APPLICATION_READ_ALL: N_("Читать все заявки конкурса"),
    Permission.ADMISSION_DECIDE: N_("Проверять и допускать заявки"),
    Permission.JURY_INVITE: N_("Приглашать экспертов"),
    Permission.JURY_MONITOR: N_("Следить за ходом оценки"),
    Permission.SHEET_SCORE: N_("Оценивать заявки"),
    Permission.CONFLICT_DECLARE: N_("Заявлять о личном интересе"),
    Permission.DECISION_READ: N_("Видеть рейтинг и проект решения"),
    Permission.DECISION_PREPARE: N_("Готовить решение"),
    Permission.DECISION_APPROVE: N_("Утверждать решение"),
    Permission.DECISION_PUBLISH: N_("Публиковать результаты"),
    Permission.INDICATOR_READ_INNER: N_("Видеть рабочие страницы показателей"),
    Permission.INDICATOR_ENTER: N_("Вносить значения показателей"),
    Permission.EVENT_ENTER: N_("Вносить события"),
    Permission.EVENT_CONFIRM: N_("Подтверждать события"),
    Permission.EVENT_READ_INNER: N_("Видеть все события и списки участников"),
    Permission.JOURNAL_READ: N_("Читать журнал действий"),
    Permission.LETTERS_READ: N_("Видеть письма портала"),
    Permission.LETTERS_WORD: N_("Менять тексты писем"),
    Permission.PEOPLE_MANAGE: N_("Вести людей и их роли"),
    Permission.CONSENT_KEEP: N_("Вести согласия людей"),
    Permission.LOOKS_READ: N_("Видеть, кто смотрел личные данные"),
    Permission.RETENTION_SET: N_("Задавать сроки хранения"),
    Permission.BANK_READ: N_("Открывать банковские и паспортные данные в заявке"),
}

# Which kinds of place a role may be granted in; a grant in another kind of place gives nothing.
GRANTED_IN: Mapping[Role, frozenset[Scope]] = {
    Role.ACTIVIST: frozenset({Scope.TOS}),
    Role.HELPER: frozenset({Scope.TOS}),
    Role.JUROR: frozenset({Scope.CONTEST}),
    Role.SECRETARY: frozenset({Scope.MUNICIPALITY}),
    Role.CHAIR: frozenset({Scope.CONTEST}),
    Role.OBSERVER: frozenset({Scope.EVERYWHERE, Scope.MUNICIPALITY}),
    Role.ADMINISTRATOR: frozenset({Scope.EVERYWHERE}),
}

FOR_ANYONE: frozenset[Permission] = frozenset({Permission.PUBLIC_READ})
FOR_SIGNED_IN: frozenset[Permission] = FOR_ANYONE | {
    Permission.OWN_ACCOUNT_EDIT,
    Permission.DESK_READ,
    Permission.LINK_REQUEST,
    Permission.QUESTION_ASK,
}

MATRIX: Mapping[Role, frozenset[Permission]] = {
    Role.ACTIVIST: FOR_SIGNED_IN
    | {
        Permission.HELPER_INVITE,
        Permission.APPLICATION_FILL,
        Permission.APPLICATION_SIGN,
        Permission.APPLICATION_SUBMIT,
        Permission.APPLICATION_WITHDRAW,
        Permission.APPLICATION_READ_OWN,
        Permission.EVENT_ENTER,
    },
    Role.HELPER: FOR_SIGNED_IN
    | {Permission.APPLICATION_FILL, Permission.APPLICATION_SUBMIT, Permission.APPLICATION_READ_OWN},
    Role.JUROR: FOR_SIGNED_IN | {Permission.SHEET_SCORE, Permission.CONFLICT_DECLARE},
    Role.SECRETARY: FOR_SIGNED_IN
    | {
        Permission.LINK_DECIDE,
        Permission.TOS_EDIT,
        Permission.TOS_IMPORT,
        Permission.PROGRAMME_READ_INNER,
        Permission.PROGRAMME_EDIT,
        Permission.CONTEST_READ_INNER,
        Permission.CONTEST_EDIT,
        Permission.CONTEST_ANNOUNCE,
        Permission.CONTEST_AMEND,
        Permission.CONTEST_CANCEL,
        Permission.QUESTION_ANSWER,
        Permission.LETTERS_WORD,
        Permission.APPLICATION_ENTER,
        Permission.APPLICATION_READ_ALL,
        Permission.ADMISSION_DECIDE,
        Permission.JURY_INVITE,
        Permission.JURY_MONITOR,
        Permission.DECISION_READ,
        Permission.DECISION_PREPARE,
        Permission.DECISION_PUBLISH,
        Permission.INDICATOR_READ_INNER,
        Permission.INDICATOR_ENTER,
        Permission.EVENT_ENTER,
        Permission.EVENT_CONFIRM,
        Permission.EVENT_READ_INNER,
        Permission.JOURNAL_READ,
        Permission.CONSENT_KEEP,
        Permission.BANK_READ,
    },
    Role.CHAIR: FOR_SIGNED_IN
    | {
        Permission.CONTEST_READ_INNER,
        Permission.APPLICATION_READ_ALL,
        Permission.JURY_MONITOR,
        Permission.DECISION_READ,
        Permission.DECISION_APPROVE,
    },
    Role.OBSERVER: FOR_SIGNED_IN
    | {
        Permission.PROGRAMME_READ_INNER,
        Permission.CONTEST_READ_INNER,
        Permission.JURY_MONITOR,
        Permission.INDICATOR_READ_INNER,
        Permission.EVENT_READ_INNER,
        Permission.JOURNAL_READ,
    },
    Role.ADMINISTRATOR: FOR_SIGNED_IN
    | {
        Permission.LINK_DECIDE,
        Permission.TOS_EDIT,
        Permission.TOS_IMPORT,
        Permission.PROGRAMME_READ_INNER,
        Permission.CONTEST_READ_INNER,
        Permission.INDICATOR_READ_INNER,
        Permission.JOURNAL_READ,
        Permission.LETTERS_READ,
        Permission.PEOPLE_MANAGE,
        Permission.CONSENT_KEEP,
        Permission.LOOKS_READ,
        Permission.RETENTION_SET,
    },
}


@dataclass(frozen=True)
class Grant:
    """A role given in a place; `scope_id` is None only for everywhere."""

    role: Role
    scope: Scope
    scope_id: int | None = None

    @property
    def is_valid(self) -> bool:
        """Is this role ever given in this kind of place, and is the place named when it must be?

        >>> Grant(Role.JUROR, Scope.EVERYWHERE).is_valid, Grant(Role.JUROR, Scope.CONTEST, 5).is_valid
        (False, True)
        """
        return self.scope in GRANTED_IN[self.role] and (self.scope_id is None) == (self.scope is Scope.EVERYWHERE)


@dataclass(frozen=True)
class Scopes:
    """Where a permission is held: what a query puts into its `where`. False when nowhere."""

    everywhere: bool = False
    municipalities: frozenset[int] = frozenset()
    contests: frozenset[int] = frozenset()
    toses: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return self.everywhere or bool(self.municipalities or self.contests or self.toses)

    def holds(self, *, municipality: int | None = None, contest: int | None = None, tos: int | None = None) -> bool:
        """Is the named place inside? Name all that is known of it: its municipality covers its contests and ТОС."""
        return (
            self.everywhere
            or (municipality is not None and municipality in self.municipalities)
            or (contest is not None and contest in self.contests)
            or (tos is not None and tos in self.toses)
        )


def scopes_for(grants: Iterable[Grant] | None, permission: Permission) -> Scopes:
    """All places where the grants give the permission.

    `grants` is None for a visitor who is not signed in, and may be empty for somebody signed in without a role.

    >>> both = [Grant(Role.ACTIVIST, Scope.TOS, 3), Grant(Role.ACTIVIST, Scope.TOS, 8)]
    >>> sorted(scopes_for(both, Permission.APPLICATION_FILL).toses)
    [3, 8]
    >>> bool(scopes_for([], Permission.APPLICATION_FILL)), bool(scopes_for(None, Permission.PUBLIC_READ))
    (False, True)
    """
    if permission in FOR_ANYONE or (grants is not None and permission in FOR_SIGNED_IN):
        return Scopes(everywhere=True)
    found: dict[Scope, set[int]] = {scope: set() for scope in Scope}
    everywhere = False
    for grant in grants or ():
        if grant.is_valid and permission in MATRIX[grant.role]:
            if grant.scope_id is None:
                everywhere = True
            else:
                found[grant.scope].add(grant.scope_id)
    return Scopes(
        everywhere,
        frozenset(found[Scope.MUNICIPALITY]),
        frozenset(found[Scope.CONTEST]),
        frozenset(found[Scope.TOS]),
    )


def may(
    grants: Iterable[Grant] | None,
    permission: Permission,
    *,
    municipality: int | None = None,
    contest: int | None = None,
    tos: int | None = None,
) -> bool:
    """May somebody with these grants do this in the named place? With no place named only «everywhere» counts.

    >>> secretary = [Grant(Role.SECRETARY, Scope.MUNICIPALITY, 1)]
    >>> may(secretary, Permission.CONTEST_EDIT, municipality=1, contest=7)
    True
    >>> may(secretary, Permission.CONTEST_EDIT, municipality=2), may(secretary, Permission.CONTEST_EDIT)
    (False, False)
    >>> may(None, Permission.DESK_READ), may([], Permission.DESK_READ)
    (False, True)

    Basis: issue, point 4 (roles within a municipality, a contest or a ТОС; the matrix is data; fail closed).
    """
    return scopes_for(grants, permission).holds(municipality=municipality, contest=contest, tos=tos)


def may_somewhere(grants: Iterable[Grant] | None, permission: Permission) -> bool:
    """Is there any place where this may be done? For menus and lists, whose rows the query limits by `scopes_for`."""
    return bool(scopes_for(grants, permission))


def roles_with(permission: Permission) -> tuple[Role, ...]:
    """The roles that have a permission, in the order of `Role`: a row of the help page."""
    return tuple(role for role in Role if permission in MATRIX[role])
