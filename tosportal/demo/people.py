"""The people of the demo and their passwords."""

from dataclasses import dataclass

PASSWORD = "Родник-2026-тос"  # noqa: S105  printed to whoever runs the demo


@dataclass(frozen=True)
class DemoPerson:
    """Somebody who can sign in to the demo; `place` is a code of a ТОС or a slug of a contest, by the role."""

    role: str
    email: str
    full_name: str
    place: str = ""
    seat: str = ""


SECRETARY = DemoPerson("secretary", "secretary@example.org", "Секретарёва Вера Ивановна")
ADMINISTRATOR = DemoPerson("administrator", "admin@example.org", "Настройкин Олег Петрович")
OBSERVER = DemoPerson("observer", "observer@example.org", "Областная Ирина Сергеевна")
CHAIR = DemoPerson("chair", "chair@example.org", "Председателев Николай Фомич")
JURORS = tuple(
    DemoPerson("juror", f"juror{number}@example.org", name)
    for number, name in enumerate(
        (
            "Оценкина Мария Львовна",
            "Баллов Андрей Юрьевич",
            "Мерилова Галина Егоровна",
            "Весов Тимур Рашидович",
            "Критериева Анна Олеговна",
        ),
        start=1,
    )
)
ACTIVIST = DemoPerson("activist", "activist@example.org", "Примерова Анна Образцовна", "tos-001", "chair")
NEWCOMER = DemoPerson("activist", "newcomer@example.org", "Новикова Дарья Эскизовна", "tos-002", "member")
MAIN_PEOPLE = (ACTIVIST, NEWCOMER, SECRETARY, CHAIR, *JURORS, OBSERVER, ADMINISTRATOR)

ROLE_WORDS = {
    "activist": "активист ТОС",
    "juror": "эксперт",
    "secretary": "секретарь",
    "chair": "председатель комиссии",
    "observer": "наблюдатель области",
    "administrator": "администратор",
}


def activist_of(code: str, full_name: str) -> DemoPerson:
    """The chair of a sample ТОС as a person who signs in."""
    if code == ACTIVIST.place:
        return ACTIVIST
    return DemoPerson("activist", f"{code}@example.org", full_name, code, "chair")


def people() -> list[dict[str, str]]:
    """Role, address and password of everybody a newcomer may want to be."""
    return [
        {
            "role": person.role,
            "email": person.email,
            "password": PASSWORD,
            "name": person.full_name,
            "place": person.place,
        }
        for person in MAIN_PEOPLE
    ]


def people_table() -> str:
    """The same as a table for the terminal."""
    rows = [f"  {ROLE_WORDS[row['role']]:<22}  {row['email']:<24}  {row['password']}" for row in people()]
    return "\n".join(["Входы (роль, почта, пароль):", *rows])
