"""Signing by a code of a real letter, on a phone: a wrong code, an old one, one too late, too many asked for."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenWindow
from tests.browser.portal import START, Portal, inside
from tests.browser.post import PostOffice, text_of
from tests.browser.window import Window
from tosportal.demo.people import PASSWORD
from tosportal.domain.submission_rule import SubmissionRule

RULE = SubmissionRule(
    ("code",),
    "Правила простой электронной подписи, утверждены постановлением № 12 от 01.02.2026",
    "Код из письма равен собственноручной подписи.\nНе называйте его никому.",
)
CODE = re.compile(r"^Код: ([0-9]{6})$", re.M)


@pytest.fixture(scope="module")
def to_be_signed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """A district whose contest asks for a code, one whole draft in it: the folder, the draft's key, its activist."""
    from flask_migrate import upgrade

    from tosportal.demo import contests, district, stages
    from tosportal.features.applications.service.amendments import amend_contest
    from tosportal.features.contests.queries import regulation_of
    from tosportal.support import db as database

    folder = tmp_path_factory.mktemp("to-be-signed")
    with inside(folder, START):
        upgrade()
        place = district.make(now=START)
        contest = contests.grant(place, "change-the-world", stages.Stage.DRAFTS, now=START)
        rule = replace(regulation_of(contest), submission=RULE)
        project = stages.projects()[0]
        application = stages.apply(project, contest, rule, place, now=START)
        stages.attach(application, rule, place, project["tos"], now=START)
        found = (folder, application.key, place.activist(project["tos"], START).email)
        amend_contest(contest, rule, act="Постановление № 13", reason="Подпись кодом", actor=place.secretary, now=START)
        database.commit()
    return found


@pytest.fixture
def portal(to_be_signed: tuple[Path, str, str], tmp_path: Path, post_office: PostOffice) -> Iterator[Portal]:
    portal = Portal(tmp_path / "portal", to_be_signed[0], smtp_url=post_office.url)
    try:
        portal.start()
        yield portal
    finally:
        portal.stop()


class Codes:
    """The codes of one mailbox: each is read once, as it arrives."""

    def __init__(self, post: PostOffice, email: str) -> None:
        self.post, self.email = post, email
        self.read: set[str] = set()

    def next(self, window: Window) -> str:
        """The code that was not there before."""
        for _ in range(100):
            arrived = [text_of(one) for one in self.post.letters if self.email in one["To"]]
            codes = [found[1] for text in arrived if (found := CODE.search(text)) and found[1] not in self.read]
            if codes:
                self.read.add(codes[-1])
                return codes[-1]
            window.page.wait_for_timeout(200)
        raise AssertionError("письмо с кодом не пришло")


def type_in(window: Window, code: str) -> Window:
    return window.put("code", code).put("truth", "yes").put("consent", "yes").press("Подписать и отправить")


def test_a_code_from_the_mailbox_signs_on_a_phone(
    portal: Portal, to_be_signed: tuple[Path, str, str], post_office: PostOffice, window_of: OpenWindow
) -> None:
    _folder, key, email = to_be_signed
    codes = Codes(post_office, email)
    window = window_of(portal, "390", shots="")
    window.sign_in(email, PASSWORD)
    window.open(f"/applications/{key}/check").follow("Подписать и отправить").look("подписание-получите-код")
    window.press("Прислать код").says("Код отправлен на").look("подписание-введите-код")
    first = codes.next(window)

    wrong = f"{(int(first) + 1) % 10**6:06}"
    type_in(window, wrong).says("Код не подошёл. Осталось попыток: 4").look("подписание-код-не-подошёл")
    expect(window.main.locator("#truth")).to_be_checked()  # what was confirmed stays confirmed
    type_in(window, "12").says("Код не подошёл. Осталось попыток: 3")

    window.press("Прислать новый код").says("Новый можно попросить через минуту").look("подписание-ещё-рано")
    portal.set_time(portal.time + timedelta(seconds=61))
    window.press("Прислать новый код").says("Код отправлен на")
    second = codes.next(window)
    type_in(window, first).says("Код не подошёл. Осталось попыток: 4")  # the one before holds no more

    portal.set_time(portal.time + timedelta(minutes=10, seconds=1))
    type_in(window, second).says("Код больше не действует. Получите новый").look("подписание-код-устарел")

    for _ in range(3):
        portal.set_time(portal.time + timedelta(seconds=61))
        window.press(re.compile("^Прислать (новый )?код$")).says("Код отправлен на")
        codes.next(window)
    portal.set_time(portal.time + timedelta(seconds=61))
    window.press("Прислать новый код").says("За час отправлено кодов: 5").look("подписание-слишком-часто")

    portal.set_time(portal.time + timedelta(hours=1))
    window.open(f"/applications/{key}/sign").press("Прислать код").says("Код отправлен на")
    last = codes.next(window)
    type_in(window, f"{last[:3]} {last[3:]}").says(re.compile("Расписка о приёме заявки №"), "Как подписана")
    window.look("подписание-расписка")
    assert last not in window.text
    receipt = text_of(post_office.letter_to(email, "SHA-256"))
    assert last not in receipt
