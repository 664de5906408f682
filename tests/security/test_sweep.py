"""Every role opens every address there is of a district, as one of that district and as one of another: nothing falls,
nothing leaks.

The addresses come from the URL map with the ids of the first district, and from the links of the pages themselves. The
people of the second district are the strangers.
"""

import io
import zipfile

import pytest
from pypdf import PdfReader

from tests.security.forms import Shown, links_of
from tests.security.test_hostile import ROLES as ATTACKERS
from tests.security.world import World

ROLES = [
    "visitor", "newcomer", "activist-a1", "activist-a2", "juror1-a", "juror3-a", "both-a", "secretary-a", "secretary-b",
    "chair-a", "chair-b", "observer-a", "observer-b", "administrator", "activist-b1", "juror1-b",
]  # fmt: skip
GOOD = {200, 302, 303, 304, 403, 404}
MORE_PAGES = 150  # found by links beyond the addresses of the URL map


def words_of(answer) -> str:
    """What an answer says, also inside of a PDF or an office document."""
    body = answer.get_data()
    if answer.mimetype == "application/pdf":
        return "".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages).replace("\n", "")
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as parts:
            return "".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())
    return body.decode("utf-8", "replace") + str(answer.headers)


@pytest.mark.parametrize("who", ROLES)
def test_every_address_for_a_role(standing_world: World, who: str):
    world = standing_world
    client = world.browser(who).client
    waiting = list(world.addresses)
    seen, fallen, leaked, opened = set(waiting), [], [], 0
    shown = Shown()
    mapped, most = frozenset(seen), len(seen) + MORE_PAGES
    while waiting:
        address = waiting.pop(0)
        answer = client.get(address)
        if answer.status_code not in GOOD:
            fallen.append((address, answer.status_code))
        text = words_of(answer)
        leaked += [(address, word) for word in world.leaks(who, text)]
        opened += answer.status_code == 200
        if answer.status_code == 200 and who in ATTACKERS and address in mapped:
            shown.note(address, answer)
        if answer.status_code == 200 and answer.mimetype == "text/html":
            for link in links_of(text, address):
                if link not in seen and len(seen) < most:
                    seen.add(link)
                    waiting.append(link)
    assert fallen == []
    assert leaked == []
    assert opened > 15
    if who in ATTACKERS:
        world.known.setdefault(who, shown)  # the attacks of this person, if they are tried here, need not look again


def test_the_planted_words_are_there_for_those_who_may_read_them(standing_world: World):
    """A refusal proves nothing unless there was something to refuse: each kind of word is read by somebody."""
    world = standing_world
    read: set[str] = set()
    for who in ("activist-a1", "activist-a2", "juror1-a", "secretary-a"):
        client = world.browser(who).client
        for address in world.addresses:
            answer = client.get(address)
            if answer.status_code == 200:
                read.update(world.planted_in(words_of(answer)))
    kinds = {word.rstrip("0123456789abcdef") for word in read}
    wanted = {
        "ПРОБЛЕМА", "СВЯЗЬ", "ЛИЦО", "КОММЕНТАРИЙ", "ПРИЧИНА", "ЗАМЕЧАНИЕ", "ТЕЛЕФОН", "ОСНОВАНИЕ", "ЧЕРНОВИК",
        "ВЕРНУЛ", "ФАЙЛ", "ЗАПИСЬ", "ФАМИЛИЯ",
    }  # fmt: skip
    assert wanted - kinds == set()
