"""One contest from the sign-up of a newcomer to the results that anybody reads, on a phone and at a desk."""

import pytest

from tests.browser import acts
from tests.browser.conftest import OpenWindow
from tests.browser.portal import Portal
from tests.browser.post import PostOffice
from tosportal.demo.people import PASSWORD, SECRETARY


@pytest.mark.parametrize("screen", ["390", "1280"])
def test_one_contest_from_sign_up_to_results(
    screen: str, fresh_portal: Portal, post_office: PostOffice, window_of: OpenWindow
) -> None:
    activist = window_of(fresh_portal, screen, shots=screen)
    secretary = window_of(fresh_portal, screen, shots=screen)
    email, full_name = f"sosedka-{screen}@example.org", "Соседкина Мария Петровна"

    acts.sign_up(activist, post_office, email=email, full_name=full_name)
    acts.ask_to_join(activist, tos="tos-005")
    secretary.sign_in(SECRETARY.email, PASSWORD)
    acts.confirm_joining(secretary, full_name=full_name)
