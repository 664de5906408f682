"""One contest from the sign-up of a newcomer to the results that anybody reads, on a phone and at a desk."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.browser import acts
from tests.browser.conftest import OpenWindow
from tests.browser.portal import ROOT, Portal
from tests.browser.post import PostOffice
from tests.browser.window import Window
from tosportal.demo.people import CHAIR, JURORS, PASSWORD, SECRETARY

AFTER_CLOSE = datetime(2026, 3, 12, 3, 0, tzinfo=UTC)  # Thursday, ten in the morning in Novosibirsk
IN_SCORING = datetime(2026, 3, 25, 3, 0, tzinfo=UTC)
AFTER_SCORING = datetime(2026, 4, 8, 8, 0, tzinfo=UTC)
ON_OFFICIAL_DAY = datetime(2026, 4, 13, 3, 0, tzinfo=UTC)
MARKS = ((8, 7, 9, 8, 9, 6, 7), (10, 8, 8, 7, 9, 7, 10), (7, 7, 8, 6, 8, 7, 9))


@pytest.mark.parametrize("screen", ["390", "1280"])
def test_one_contest_from_sign_up_to_results(
    screen: str, fresh_portal: Portal, post_office: PostOffice, window_of: OpenWindow, tmp_path: Path
) -> None:
    portal = fresh_portal
    activist = window_of(portal, screen, shots=screen)
    secretary = window_of(portal, screen, shots=screen)
    email, full_name = f"sosedka-{screen}@example.org", "Соседкина Мария Петровна"

    acts.sign_up(activist, post_office, email=email, full_name=full_name)
    acts.ask_to_join(activist, tos="tos-005")
    secretary.sign_in(SECRETARY.email, PASSWORD)
    acts.confirm_joining(secretary, full_name=full_name)

    address = acts.start_application(activist)
    acts.fill_applicant(activist, address)
    acts.fill_project(activist, address)
    acts.fill_budget(activist, address)
    acts.fill_consents(activist, address)
    acts.attach_minutes(activist, address)
    acts.submit(activist, address)
    assert post_office.letter_to(email, "№ 1")

    portal.set_time(AFTER_CLOSE)
    secretary.sign_in(SECRETARY.email, PASSWORD)
    acts.return_for_correction(secretary)
    activist.sign_in(email, acts.PASSWORD)
    acts.correct(activist, address)
    acts.submit(activist, address, step="24")
    acts.admit(secretary)

    people = [(one.email, one.full_name, "member") for one in JURORS[:3]]
    acts.invite(secretary, [*people, (CHAIR.email, CHAIR.full_name, "chair")])
    jurors = [window_of(portal, screen, shots=screen) for _ in people]
    chair = window_of(portal, screen, shots=screen)
    for place, (window, (juror_email, _, _)) in enumerate(zip(jurors, people, strict=True)):
        acts.accept_invitation(window, post_office, email=juror_email, look=place == 0)
    acts.accept_invitation(chair, post_office, email=CHAIR.email)

    portal.set_time(IN_SCORING)
    for place, (window, (juror_email, _, _), marks) in enumerate(zip(jurors, people, MARKS, strict=True)):
        window.sign_in(juror_email, PASSWORD)
        acts.score(window, marks, look=place == 0)
    secretary.sign_in(SECRETARY.email, PASSWORD)
    secretary.open("/office/contests/change-the-world/jury").look("34-жюри-закончило")

    portal.set_time(AFTER_SCORING)
    secretary.sign_in(SECRETARY.email, PASSWORD)
    acts.prepare(secretary)
    chair.sign_in(CHAIR.email, PASSWORD)
    acts.approve(chair)
    portal.set_time(ON_OFFICIAL_DAY)
    secretary.sign_in(SECRETARY.email, PASSWORD)
    acts.publish(secretary)

    visitor = window_of(portal, screen, shots=screen)
    check_papers(acts.read_results(visitor, tmp_path), visitor)


def check_papers(papers: dict[str, Path], visitor: Window) -> None:
    """Two papers to read, and data that anybody can recompute; the page shows the same digest."""
    assert papers["pdf"].read_bytes().startswith(b"%PDF-")
    assert papers["docx"].read_bytes().startswith(b"PK")
    command = [sys.executable, "-m", "tosportal.verify", str(papers["json"])]
    verified = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, text=True)
    assert verified.returncode == 0, verified.stdout + verified.stderr
    digest = visitor.open("/contests/change-the-world/results").main.locator("code.digest").first.inner_text()
    assert digest.replace(" ", "") in verified.stdout
