"""Letters leave over a real SMTP server: once each, by the ladder, whatever happens to the server."""

import socket
import threading
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select, text

from tests.conftest import NOW
from tests.make import give_role, make_person
from tosportal import create_app, tasks
from tosportal.domain.permissions import Role
from tosportal.support import audit, notifications
from tosportal.support.db import commit, db
from tosportal.support.notifications import Letter, delivery


class PostOffice:
    """What a real mail server keeps; `refuse` names addresses it does not take, `answer` what it says to any letter."""

    def __init__(self) -> None:
        self.letters: list[Any] = []
        self.refuse: dict[str, str] = {}
        self.answer = "250 taken"
        self.lock = threading.Lock()

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.answer.startswith("250"):
            with self.lock:
                self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        return self.answer


@pytest.fixture
def office():
    return PostOffice()


@pytest.fixture
def smtp(office):
    """A server on a free port of this machine; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(office, hostname="127.0.0.1", port=port)
    controller.start()
    yield f"smtp://127.0.0.1:{port}"
    controller.stop()


@pytest.fixture
def dead():
    """An address where nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"smtp://127.0.0.1:{probe.getsockname()[1]}"


def use(app, url: str) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], smtp_url=url)


def post(number: int = 1, **changes: Any) -> Letter:
    values = {
        "to": f"person{number}@example.org",
        "subject": f"Письмо № {number}",
        "body": f"Здравствуйте!\n\nЭто письмо {number}.",
        "now": NOW,
    }
    letter = notifications.post("test.letter", **(values | changes))
    commit()
    return letter


def reread(letter: Letter) -> Letter:
    db.session.expire_all()
    return db.session.get_one(Letter, letter.id)


def test_letters_arrive_whole_and_once(app, office, smtp):
    use(app, smtp)
    first = post(1, body="Ёлка, «кавычки» и ₽.\n\n.точка в начале строки\n" + "длинная строка " * 200)
    post(2)
    db.session.commit()
    assert tasks.deliver_letters() == 2
    assert tasks.deliver_letters() == 0, "a repeated run sends nothing"
    one, two = office.letters
    assert (one["To"], one["Subject"], one["From"]) == (
        "person1@example.org",
        "Письмо № 1",
        "Портал ТОС <portal@localhost>",
    )
    assert one["Message-ID"] == reread(first).message_id != two["Message-ID"]
    assert one["Auto-Submitted"] == "auto-generated"
    assert one.get_content().replace("\r\n", "\n").rstrip("\n") == reread(first).body.rstrip("\n")
    assert one.get_content_charset() == "utf-8"
    assert (reread(first).sent_at, reread(first).tries, reread(first).last_error) == (NOW, 1, "")


def test_many_letters_leave_in_several_runs(app, office, smtp):
    use(app, smtp)
    for number in range(delivery.OFTEN):
        post(number)
    db.session.commit()
    sent = sum(bool(taken and taken.sent) and (commit() or True) for taken in each_committed(smtp, limit=20))
    assert sent == 20
    assert tasks.deliver_letters() == delivery.OFTEN - 20
    assert sorted(letter["To"] for letter in office.letters) == sorted(
        f"person{number}@example.org" for number in range(delivery.OFTEN)
    )


def each_committed(url: str, **more: Any):
    for taken in notifications.deliver_letters(now=NOW, smtp_url=url, sender="portal@example.org", **more):
        commit()
        yield taken


def test_a_bad_address_does_not_stop_the_others(app, office, smtp, clock):
    office.refuse = {"person2@example.org": "550 no such person"}
    use(app, smtp)
    letters = [post(number) for number in (1, 2, 3)]
    letters.append(post(4, to="нет такого адреса"))
    letters.append(post(5, to="x@" + "я" * 250))
    letters.append(post(6))
    db.session.commit()
    assert tasks.deliver_letters() == 3
    assert [letter["To"] for letter in office.letters] == [
        "person1@example.org",
        "person3@example.org",
        "person6@example.org",
    ]
    refused = reread(letters[1])
    assert (refused.last_error, refused.try_at - NOW, refused.sent_at) == (
        "550 no such person",
        timedelta(minutes=5),
        None,
    )
    assert reread(letters[3]).last_error
    assert reread(letters[4]).last_error


def test_a_dead_server_delays_letters_and_nothing_else(app, office, smtp, dead, clock):
    use(app, dead)
    letters = [post(number) for number in (1, 2, 3)]
    db.session.commit()
    assert tasks.deliver_letters() == 0
    assert [reread(letter).tries for letter in letters] == [1, 0, 0], "only the letter in hand moves on the ladder"
    assert "refused" in reread(letters[0]).last_error.lower()
    db.session.commit()
    use(app, smtp)
    assert tasks.deliver_letters() == 2
    clock.move(minutes=5)
    assert tasks.deliver_letters() == 1
    assert len({letter["Message-ID"] for letter in office.letters}) == 3


def test_a_server_that_says_later_is_asked_later(app, office, smtp, clock):
    office.answer = "451 try again later"
    use(app, smtp)
    letter = post()
    db.session.commit()
    assert tasks.deliver_letters() == 0
    assert reread(letter).last_error == "451 try again later"
    db.session.commit()
    clock.move(minutes=4)
    assert tasks.deliver_letters() == 0
    assert reread(letter).tries == 1
    db.session.commit()
    clock.move(minutes=1)
    office.answer = "250 taken"
    assert tasks.deliver_letters() == 1


def test_the_ladder_ends_and_the_letter_is_left_to_people(app, dead, clock):
    use(app, dead)
    letter = post()
    db.session.commit()
    waits = []
    while reread(letter).given_up_at is None:
        tried_at = clock.at
        tasks.deliver_letters()
        waits.append(reread(letter).try_at - tried_at)
        clock.at = max(reread(letter).try_at, clock.at)
        db.session.commit()
    assert waits[:-1] == [timedelta(minutes=5)] * 48 + [timedelta(hours=1)] * 72
    given_up = reread(letter)
    assert (given_up.tries, given_up.sent_at) == (121, None)
    assert timedelta(days=3) < given_up.given_up_at - NOW < timedelta(days=4)
    db.session.commit()
    clock.move(days=1)
    assert tasks.deliver_letters() == 0
    assert reread(letter).tries == 121


def test_two_workers_do_not_send_one_letter_twice(app, office, smtp):
    use(app, smtp)
    post(1)
    db.session.commit()
    one, two = each_committed(smtp), each_committed(smtp)
    assert next(one) is None  # taken by the first, not yet sent
    assert list(two) == []
    assert [taken.sent for taken in one] == [True]
    assert len(office.letters) == 1


def test_a_letter_in_the_hands_of_a_dead_worker_is_sent_later_as_the_same_letter(app, office, smtp, clock):
    use(app, smtp)
    letter = post(1)
    db.session.commit()
    dying = each_committed(smtp)
    assert next(dying) is None
    dying.close()
    assert tasks.deliver_letters() == 0
    db.session.commit()
    clock.move(minutes=10)
    assert tasks.deliver_letters() == 1
    assert office.letters[0]["Message-ID"] == reread(letter).message_id


def test_no_transaction_is_open_while_the_server_is_slow(app, office, smtp):
    use(app, smtp)
    post(1)
    db.session.commit()
    held = []
    office.refuse = Watching(held)  # type: ignore[assignment]
    assert tasks.deliver_letters() == 1
    assert held == [0]


class Watching(dict):
    def __init__(self, held: list[int]) -> None:
        self.held = held

    def __contains__(self, address: object) -> bool:
        self.held.append(ENGINE_OF_TEST[0].pool.checkedout())
        return False


ENGINE_OF_TEST: list[Any] = []


@pytest.fixture(autouse=True)
def engine_of_test(app):
    ENGINE_OF_TEST[:] = [db.engine]


def test_a_server_that_hangs_up_in_the_middle_costs_one_letter_a_while(app, clock):
    listener = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()

    def hang_up() -> None:
        while not stop.is_set():
            try:
                talk, _address = listener.accept()
            except OSError:
                return
            with talk:
                talk.sendall(b"220 hello\r\n")
                talk.recv(1000)

    thread = threading.Thread(target=hang_up, daemon=True)
    thread.start()
    use(app, f"smtp://127.0.0.1:{listener.getsockname()[1]}")
    letter = post(1)
    db.session.commit()
    assert tasks.deliver_letters() == 0
    assert reread(letter).sent_at is None
    assert reread(letter).try_at == NOW + timedelta(minutes=5)
    stop.set()
    listener.close()
    thread.join(2)


def test_without_settings_letters_stay_for_the_administrator(app):
    letter = post(1)
    db.session.commit()
    assert tasks.deliver_letters() == 0
    assert (reread(letter).tries, reread(letter).sent_at) == (0, None)


def test_a_password_is_not_sent_in_the_open_to_another_machine(app, office, smtp):
    port = smtp.rsplit(":", 1)[1]
    server = delivery.Server(f"smtp://portal:secret@127.0.0.2:{port}")
    server.host = "127.0.0.1"
    near, delivery.NEAR = delivery.NEAR, frozenset()
    try:
        with pytest.raises(delivery.ServerDown, match="no encryption"):
            server.connect()
    finally:
        delivery.NEAR = near


@pytest.mark.parametrize("url", ["http://example.org", "smtp://", "example.org:25"])
def test_an_address_of_no_mail_server_is_refused(url):
    with pytest.raises(ValueError, match="SMTP_URL"):
        delivery.Server(url)


def test_a_subject_is_one_line_and_hostile_texts_add_no_headers(app, office, smtp):
    use(app, smtp)
    post(1, subject="Приём\r\nBcc: all@example.org", body="текст\r\n.\r\nMAIL FROM:<x>")
    db.session.commit()
    assert tasks.deliver_letters() == 1
    [letter] = office.letters
    assert letter["Subject"] == "Приём Bcc: all@example.org"
    assert letter["Bcc"] is None


def test_a_letter_asks_the_worker_after_the_commit_and_not_before(app, office, smtp):
    use(app, smtp)
    asked = []
    app.extensions["tasks"]["deliver_letters"] = lambda: asked.append(db.session.scalar(select(Letter.id)))
    notifications.post("test.letter", to="a@example.org", subject="1", body="1", now=NOW)
    notifications.post("test.letter", to="b@example.org", subject="2", body="2", now=NOW)
    assert asked == []
    commit()
    assert len(asked) == 1
    db.session.rollback()


def test_a_queue_that_does_not_answer_breaks_nothing(app):
    def broken() -> None:
        raise ConnectionError("no queue")

    app.extensions["tasks"]["deliver_letters"] = broken
    assert post(1).id


def test_the_worker_runs_the_tasks_of_the_application(app, office, smtp):
    with_mail = create_app(replace(app.config["SETTINGS"], smtp_url=smtp))
    with_mail.config.update(CLOCK=app.config["CLOCK"])
    db.session.commit()
    with with_mail.app_context():
        post(1)
        db.session.commit()
        huey = with_mail.extensions["queue"]
        task = huey.dequeue()
    assert task is not None
    huey.execute(task)
    assert len(office.letters) == 1
    with with_mail.app_context():
        db.engine.dispose()


def test_a_broken_journal_is_told_to_the_administrator(app):
    administrator = give_role(make_person("admin@example.org"), Role.ADMINISTRATOR)
    for step in range(3):
        audit.record("person.tested", administrator, actor=None, now=NOW, after={"step": step})
    commit()
    assert tasks.check_journal() is True
    sqlite = db.engine.dialect.name == "sqlite"
    db.session.execute(
        text("DROP TRIGGER journal_entry_no_update" if sqlite else "ALTER TABLE journal_entry DISABLE TRIGGER USER")
    )
    db.session.execute(text("UPDATE journal_entry SET act = 'forged' WHERE id = 2"))
    commit()
    assert tasks.check_journal() is False
    [letter] = db.session.scalars(select(Letter))
    assert (letter.to_address, letter.subject) == ("admin@example.org", "Журнал действий нарушен")
    assert "Строка 2 журнала" in letter.body
