import pytest

from tosportal.domain.permissions import (
    FOR_ANYONE,
    GRANTED_IN,
    MATRIX,
    PERMISSION_TITLES,
    ROLE_NAMES,
    SCOPE_NAMES,
    Grant,
    Permission,
    Role,
    Scope,
    may,
    may_somewhere,
    roles_with,
    scopes_for,
)


def test_everything_is_named() -> None:
    assert set(MATRIX) == set(Role) == set(ROLE_NAMES) == set(GRANTED_IN)
    assert set(SCOPE_NAMES) == set(Scope)
    assert set(PERMISSION_TITLES) == set(Permission)
    assert len(set(PERMISSION_TITLES.values())) == len(Permission)


@pytest.mark.parametrize("permission", Permission)
def test_a_permission_is_named_thing_act_and_somebody_has_it(permission: Permission) -> None:
    assert permission.value == permission.name.lower().replace(
        permission.value.split(":")[0] + "_", permission.value.split(":")[0] + ":", 1
    )
    assert permission in FOR_ANYONE or roles_with(permission)


def test_two_people_are_needed_for_a_decision() -> None:
    assert not MATRIX[Role.SECRETARY] & {Permission.DECISION_APPROVE, Permission.SHEET_SCORE}
    assert Permission.DECISION_PREPARE not in MATRIX[Role.CHAIR]
    assert not MATRIX[Role.ADMINISTRATOR] & {
        Permission.DECISION_APPROVE,
        Permission.DECISION_PREPARE,
        Permission.SHEET_SCORE,
        Permission.ADMISSION_DECIDE,
    }


def test_a_helper_of_a_tos_neither_signs_nor_withdraws_nor_invites() -> None:
    assert MATRIX[Role.HELPER] < MATRIX[Role.ACTIVIST]
    missing = {
        Permission.APPLICATION_SIGN,
        Permission.APPLICATION_WITHDRAW,
        Permission.HELPER_INVITE,
        Permission.EVENT_ENTER,
    }
    assert MATRIX[Role.ACTIVIST] - MATRIX[Role.HELPER] == missing


def test_an_observer_changes_nothing() -> None:
    acts = {permission.value.split(":")[1] for permission in MATRIX[Role.OBSERVER]}
    assert acts == {"read", "read_inner", "monitor", "edit", "request", "ask"}
    assert [p for p in MATRIX[Role.OBSERVER] if p.value.endswith(":edit")] == [Permission.OWN_ACCOUNT_EDIT]


def test_a_role_in_a_wrong_kind_of_place_gives_nothing() -> None:
    assert may([Grant(Role.JUROR, Scope.CONTEST, 5)], Permission.SHEET_SCORE, contest=5)
    for grant in (
        Grant(Role.JUROR, Scope.EVERYWHERE),
        Grant(Role.JUROR, Scope.CONTEST),
        Grant(Role.JUROR, Scope.MUNICIPALITY, 5),
    ):
        assert not may([grant], Permission.SHEET_SCORE, contest=5, municipality=5)


def test_places_do_not_leak_into_each_other() -> None:
    grants = [Grant(Role.ACTIVIST, Scope.TOS, 1), Grant(Role.JUROR, Scope.CONTEST, 2)]
    assert may(grants, Permission.APPLICATION_FILL, tos=1)
    assert not may(grants, Permission.APPLICATION_FILL, tos=2, contest=2, municipality=1)
    assert not may(grants, Permission.SHEET_SCORE, tos=1, contest=1)
    assert may_somewhere(grants, Permission.SHEET_SCORE)
    assert not may_somewhere(grants, Permission.PEOPLE_MANAGE)


def test_scopes_collect_all_places() -> None:
    scopes = scopes_for(
        [
            Grant(Role.SECRETARY, Scope.MUNICIPALITY, 1),
            Grant(Role.CHAIR, Scope.CONTEST, 4),
            Grant(Role.CHAIR, Scope.CONTEST, 6),
        ],
        Permission.APPLICATION_READ_ALL,
    )
    assert (scopes.everywhere, scopes.municipalities, scopes.contests, scopes.toses) == (
        False,
        {1},
        {4, 6},
        frozenset(),
    )
    assert scopes_for([Grant(Role.ADMINISTRATOR, Scope.EVERYWHERE)], Permission.PEOPLE_MANAGE).everywhere
    assert not scopes_for(None, Permission.DESK_READ)
