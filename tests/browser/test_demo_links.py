"""Every kind of link in the whole demo leads to a page: nobody meets a dead end or an error on the first evening.

The demo holds contests in every phase and programmes of two districts, one of them without activities: more kinds of
contents than any test makes for itself.
"""

import re
import shutil
from pathlib import Path

import pytest

from tests.browser.portal import START, inside
from tests.pages import Browser, Client
from tests.security.forms import links_of
from tosportal.demo.people import ACTIVIST, SECRETARY
from tosportal.features.accounts.queries import person_by_email

LEAVING = ("/sign-out", "/language", "/vision")
CHANGING = re.compile(r"\d+|(?<=/)[\w-]*[A-Z][\w-]*|=[^&]*")  # numbers, keys of applications and files, what is asked


def followed(client: Client) -> tuple[list[tuple[str, int]], set[str]]:
    """Addresses that did not answer with a page or a file, and all that were asked."""
    seen = {"/", "/desk", "/help"}
    waiting, kinds, wrong = sorted(seen), set(), []
    while waiting:
        address = waiting.pop(0)
        answer = client.get(address, follow_redirects=True)
        if answer.status_code != 200:
            wrong.append((address, answer.status_code))
        if answer.mimetype != "text/html":
            continue
        for link in links_of(answer.get_data(as_text=True), address):
            kind = CHANGING.sub("", link)
            if link.startswith("/") and link not in seen and not link.startswith(LEAVING) and kind not in kinds:
                kinds.add(kind)
                seen.add(link)
                waiting.append(link)
    return wrong, seen


@pytest.mark.parametrize("person", [None, ACTIVIST, SECRETARY], ids=lambda one: one and one.email)
def test_every_kind_of_link_of_the_demo_leads_to_a_page(demo_template: Path, tmp_path: Path, person):
    shutil.copytree(demo_template, tmp_path, dirs_exist_ok=True)
    with inside(tmp_path, START) as app:
        app.test_client_class = Client
        app.config["RATELIMIT_ENABLED"] = False
        wrong, seen = followed(Browser(app, person_by_email(person.email) if person else None).client)
    assert wrong == []
    assert len(seen) > 60
