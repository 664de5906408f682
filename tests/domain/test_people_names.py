import pytest

from tosportal.domain.people_names import initials


@pytest.mark.parametrize(
    ("full", "short"),
    [
        ("Иванова Мария Петровна", "Иванова\u00a0М.\u00a0П."),
        ("Иванова Мария", "Иванова\u00a0М."),
        ("Иванова\u00a0Мария  Петровна ", "Иванова\u00a0М.\u00a0П."),
        ("Мамедов Али Гасан оглы", "Мамедов\u00a0А.\u00a0Г.\u00a0О."),
        ("", ""),
    ],
)
def test_initials(full: str, short: str) -> None:
    assert initials(full) == short
