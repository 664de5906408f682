"""Commands as somebody types them: what they do, and one clear Russian line when they cannot."""

import json
import re
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from tests.make import make_contest, make_municipality, make_person, make_tos
from tosportal.cli import COMMANDS
from tosportal.config import settings_reference
from tosportal.features.accounts.models import Person, RoleGrant, SignedInSession
from tosportal.features.accounts.service import set_password
from tosportal.features.accounts.sessions import start_session
from tosportal.features.decisions.models import Decision
from tosportal.features.programmes.models import Programme
from tosportal.features.registry.models import Municipality, Tos
from tosportal.support import audit
from tosportal.support.db import db
from tosportal.verify import read_protocol

SAMPLE = files("tosportal") / "sample"
PASSWORD = "качели у старой реки"


class Line:
    """A command line: runs, and checks that nothing but plain lines comes out."""

    def __init__(self, app: Flask) -> None:
        self.runner = app.test_cli_runner()

    def __call__(self, *words: str, code: int = 0, given: str = "") -> str:
        db.session.commit()
        result = self.runner.invoke(args=list(words), input=given)
        assert "Traceback" not in result.output
        assert result.exit_code == code, result.output
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        db.session.expire_all()
        return result.output

    def refused(self, *words: str, code: int = 1, given: str = "") -> str:
        """The one line of a refusal."""
        said = self(*words, code=code, given=given).strip().splitlines()
        assert said, "refused in silence"
        assert re.search("[а-яё]", said[-1]), said[-1]
        assert "Error" not in said[-1]
        assert "Usage" not in said[-1]
        return said[-1]


@pytest.fixture
def line(app: Flask) -> Line:
    return Line(app)


def live_roles(email: str) -> set[tuple[str, str, int]]:
    rows = db.session.execute(
        select(RoleGrant.role, RoleGrant.scope, RoleGrant.scope_id)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(Person.email == email, RoleGrant.revoked_at.is_(None))
    )
    return {tuple(row) for row in rows}


def acts() -> list[str]:
    return list(db.session.scalars(select(audit.JournalEntry.act).order_by(audit.JournalEntry.id)))


# --- help and wrong words ------------------------------------------------------------------------------------------


def test_every_help_is_in_russian(line):
    words = [["--help"]]
    for command in COMMANDS:
        words += [[command.name, "--help"]]
        words += [[command.name, name, "--help"] for name in getattr(command, "commands", ())]
    assert len(words) > 15
    for one in words[1:]:
        said = line(*one)
        assert said.startswith("Как писать: "), one
        assert "Эта подсказка." in said
        assert not re.search(r"Usage|Options|Show this|OPTIONS|required|\bCommands\b", said), one


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["people", "add"], "не хватает ПОЧТА"),
        (["people", "add", "a@example.org"], "не хватает --name"),
        (["people", "grant", "a@example.org", "tsar"], "РОЛЬ: годится activist, helper, juror"),
        (["people", "nobody"], "нет команды «nobody»"),
        (["people", "add", "a@example.org", "--name", "Анна", "--loud"], "нет ключа --loud"),
        (["contest", "protocol", "x", "--format", "exe"], "--format: годится json, pdf, docx"),
        (["contest", "list", "too", "much"], "лишние слова"),
    ],
)
def test_a_wrong_word_is_named(line, words, said):
    assert said in line.refused(*words, code=2)


@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_database_without_tables_says_what_to_do(line, app):
    db.session.execute(text("DROP TABLE mark"))
    db.session.execute(text("ALTER TABLE person RENAME TO gone"))
    assert line.refused("people", "password", "a@example.org") == "База не подготовлена: выполните flask data migrate"


# --- people --------------------------------------------------------------------------------------------------------


def test_a_person_is_added_and_made_administrator(line):
    said = line(
        "people", "add", "Anna@Example.org", "--name", "Примерова  Анна", "--administrator", "--password-stdin",
        given=f"{PASSWORD}\n",
    )  # fmt: skip
    assert "Добавлен: Примерова Анна, anna@example.org." in said
    assert "Пароля нет" not in said
    assert PASSWORD not in said
    person = db.session.scalars(select(Person)).one()
    assert person.password.startswith("$argon2id$")
    assert live_roles("anna@example.org") == {("administrator", "everywhere", 0)}
    assert acts() == ["person.added", "role.granted"]
    assert "уже есть" in line.refused("people", "add", "anna@example.org", "--name", "Другая")
    assert db.session.scalar(select(func.count()).select_from(Person)) == 1


def test_a_person_without_a_password_is_told_how_to_get_one(line):
    assert "Пароля нет" in line("people", "add", "anna@example.org", "--name", "Анна")
    assert db.session.scalars(select(Person)).one().password is None


@pytest.mark.parametrize("email", ["anna", "anna@example", "@example.org", "a b@example.org"])
def test_an_address_that_is_none_is_refused(line, email):
    assert "проверьте адрес почты" in line.refused("people", "add", email, "--name", "Анна")
    assert db.session.scalar(select(func.count()).select_from(Person)) == 0


@pytest.mark.parametrize("password", ["", "короче", "qwerty2026!"])
def test_a_weak_password_is_refused_here_too(line, password):
    line.refused("people", "add", "a@example.org", "--name", "Анна", "--password-stdin", given=f"{password}\n")
    assert db.session.scalar(select(func.count()).select_from(Person)) == 0


def test_roles_are_given_in_their_places_and_taken_back(line):
    municipality = make_municipality()
    contest, tos, person = make_contest(municipality), make_tos(municipality), make_person("anna@example.org")
    slug, code = contest.slug, tos.code
    wanted = {
        ("secretary", "municipality", municipality.id), ("juror", "contest", contest.id), ("activist", "tos", tos.id),
    }  # fmt: skip
    assert person
    places = {"secretary": ("--municipality", "ordynsky"), "juror": ("--contest", slug), "activist": ("--tos", code)}
    for role, place in places.items():
        line("people", "grant", "anna@example.org", role, *place)
        line("people", "grant", "ANNA@example.org", role, *place)  # a second time changes nothing
    assert live_roles("anna@example.org") == wanted
    assert acts().count("role.granted") == 3
    for role, place in places.items():
        assert "больше не" in line("people", "revoke", "anna@example.org", role, *place)
        assert "такой роли в этом месте нет" in line.refused("people", "revoke", "anna@example.org", role, *place)
    assert live_roles("anna@example.org") == set()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nobody@example.org", "observer"], "Нет человека с адресом nobody@example.org"),
        (["anna@example.org", "secretary"], "Секретарь: такая роль даётся иначе — --municipality"),
        (["anna@example.org", "secretary", "--tos", "tos-1"], "Назовите одно место"),
        (["anna@example.org", "secretary", "--municipality", "atlantis"], "Нет муниципального образования «atlantis»"),
        (["anna@example.org", "juror", "--contest", "none"], "Нет конкурса «none»"),
        (["anna@example.org", "activist", "--tos", "none"], "Нет ТОС с кодом «none»"),
        (["anna@example.org", "observer", "--municipality", "ordynsky", "--contest", "x"], "Назовите одно место"),
    ],
)
def test_a_place_that_does_not_fit_is_refused(line, words, said):
    make_municipality()
    make_person("anna@example.org")
    assert said in line.refused("people", "grant", *words)
    assert live_roles("anna@example.org") == set()


def test_a_new_password_ends_all_sign_ins(line, app):
    person = make_person("anna@example.org")
    set_password(person, "прежний пароль Анны", actor=None, now=app.config["CLOCK"]())
    start_session(person, key="k", browser="test", now=app.config["CLOCK"]())
    before = person.password
    said = line("people", "password", "anna@example.org", "--password-stdin", given=f"{PASSWORD}\n")
    assert "пароль изменён" in said
    assert db.session.scalars(select(Person.password)).one() != before
    assert db.session.scalars(select(SignedInSession.ended_at)).one() is not None
    assert acts()[-1] == "password.set"
    assert "не совпали" in line.refused("people", "password", "anna@example.org", given=f"{PASSWORD}\nдругой\n")


# --- registry and programme ----------------------------------------------------------------------------------------


def test_a_district_begins_with_three_commands(line, tmp_path):
    line("registry", "municipality", "ordynsky", "--name", "Ордынский район", "--region", "Новосибирская область")
    assert "уже есть" in line.refused("registry", "municipality", "ordynsky", "--name", "Снова")
    assert "Нет часового пояса" in line.refused("registry", "municipality", "x", "--name", "Икс", "--zone", "Mars")
    sample = str(SAMPLE / "tos-sample.csv")
    dry = line("registry", "import", sample, "--municipality", "ordynsky", "--dry-run")
    assert "ничего не изменено: новых 45" in dry
    assert db.session.scalar(select(func.count()).select_from(Tos)) == 0
    assert "Загружено: новых 45" in line("registry", "import", sample, "--municipality", "ordynsky")
    again = line("registry", "import", sample, "--municipality", "ordynsky")
    assert "новых 0, изменённых 0, без изменений 45" in again
    assert db.session.scalar(select(func.count()).select_from(Tos)) == 45
    said = line("programme", "import", str(SAMPLE / "programme-ordynsky-2024-2026.yaml"), "--municipality", "ordynsky")
    assert "2024–2026" in said
    assert db.session.scalar(select(func.count()).select_from(Programme)) == 1
    assert db.session.scalars(select(Municipality.name)).one() == "Ордынский район"
    line.refused("programme", "import", str(SAMPLE / "programme-ordynsky-2024-2026.yaml"), "--municipality", "ordynsky")
    assert db.session.scalar(select(func.count()).select_from(Programme)) == 1


def test_bad_rows_are_named_and_stop_the_import_unless_skipped(line, tmp_path):
    make_municipality()
    lines = (SAMPLE / "tos-sample.csv").read_text(encoding="utf-8-sig").splitlines()
    header = lines[0].split(",")
    broken = lines[3].split(",")
    broken[header.index("population")] = "много"
    path = tmp_path / "list.csv"
    path.write_text("\n".join([*lines[:3], ",".join(broken), *lines[4:6]]), encoding="utf-8")
    said = line("registry", "import", str(path), "--municipality", "ordynsky", code=1)
    assert "Строка 4, столбец population" in said
    assert "«много»" in said
    assert "неверных строк 1" in said.splitlines()[-1]
    assert db.session.scalar(select(func.count()).select_from(Tos)) == 0
    assert "новых 4" in line("registry", "import", str(path), "--municipality", "ordynsky", "--skip-bad")
    assert db.session.scalar(select(func.count()).select_from(Tos)) == 4


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"\xff\xfe\x00", "UTF-8"), (b"a: [1,\nb: 2", "строка 2"), (b"- 1\n- 2\n", "не читается"), (b"", "пустой")],
)
def test_a_file_that_is_no_programme_is_refused(line, tmp_path, content, said):
    make_municipality()
    path = tmp_path / "programme.yaml"
    path.write_bytes(content)
    assert said in line.refused("programme", "import", str(path), "--municipality", "ordynsky")


@pytest.mark.parametrize("words", [["registry", "import"], ["programme", "import"]])
def test_a_file_that_is_not_there_is_named(line, words, tmp_path):
    make_municipality()
    missing = str(tmp_path / "нет.csv")
    said = line.refused(*words, missing, "--municipality", "ordynsky")
    assert missing in said


# --- contests, the journal, the settings ---------------------------------------------------------------------------


PROTOCOL = '{"schema":"tos-protocol/1","название":"Мир","digest":"00"}'


def make_decision(contest, number=1, protocol=PROTOCOL):
    prepared_at = datetime(2026, 4, 10, tzinfo=UTC)
    db.session.add(
        Decision(contest_id=contest.id, number=number, protocol=protocol, digest="0" * 64, prepared_at=prepared_at,
                 prepared_by_id=make_person().id)
    )  # fmt: skip
    db.session.commit()


def test_the_protocol_comes_out_byte_for_byte(line, app, tmp_path):
    contest = make_contest(make_municipality())
    slug = contest.slug
    assert "решения ещё нет" in line.refused("contest", "protocol", slug)
    make_decision(contest, 1, '{"schema":"tos-protocol/1","digest":"old"}')
    make_decision(contest, 2)
    result = app.test_cli_runner().invoke(args=["contest", "protocol", slug, "--format", "json"])
    assert result.stdout_bytes == PROTOCOL.encode()
    path = tmp_path / "protocol.json"
    line("contest", "protocol", slug, "--output", str(path))
    assert path.read_bytes() == PROTOCOL.encode()
    assert read_protocol(path) == json.loads(PROTOCOL)
    assert "не получилось" in line.refused("contest", "protocol", slug, "--output", str(tmp_path / "no" / "file"))
    assert "Нет конкурса «none»" in line.refused("contest", "protocol", "none")


def test_the_list_of_contests_shows_phases(line):
    assert "Конкурсов пока нет" in line("contest", "list")
    contest = make_contest(make_municipality())
    slug, name = contest.slug, contest.name
    said = line("contest", "list")
    assert slug in said
    assert name in said
    assert "Приём заявок" in said


def test_the_journal_is_checked_and_the_first_broken_row_named(line, app, engine):
    person = make_person()
    for step in range(4):
        audit.record("person.tested", person, actor=person, now=app.config["CLOCK"](), after={"step": step})
    assert "Журнал цел, строк: 4." in line("audit", "verify")
    if engine == "sqlite":
        db.session.execute(text("DROP TRIGGER journal_entry_no_update"))
    else:
        db.session.execute(text("ALTER TABLE journal_entry DISABLE TRIGGER USER"))
    db.session.execute(text("UPDATE journal_entry SET act = 'person.painted' WHERE id = 3"))
    assert "строка 3" in line.refused("audit", "verify")


def test_data_stands_after_a_second_migration(line):
    make_person("anna@example.org")
    for _turn in range(2):
        assert "База готова" in line("data", "migrate")
    assert db.session.scalars(select(Person.email)).all() == ["anna@example.org"]


def test_every_setting_is_in_the_table(line):
    plain, table = line("data", "settings"), line("data", "settings", "--format", "markdown")
    for name, default, meaning in settings_reference():
        assert name in plain
        assert meaning in plain
        assert f"| `{name}` |" in table
        assert default in table
    readme = Path(__file__).parents[2] / "README.md"
    if readme.exists():
        missing = [name for name, _default, _meaning in settings_reference() if f"`{name}`" not in readme.read_text()]
        assert not missing, f"not in the README: {missing}"
