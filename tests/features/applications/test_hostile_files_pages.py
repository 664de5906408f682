"""What pretends to be a document, sent to every slot in each of the three ways a file comes: the page of documents, a
question of a section, in pieces. Nothing of it stays; what is two things at once is given out as a download only."""

import hashlib
import io

import pytest

from tests.features.applications.test_kinds import definition
from tests.features.applications.test_pieces import lies_there
from tests.features.applications.test_quarantine import the_file, use
from tests.features.applications.test_routes import begin, hidden, the_application
from tests.features.applications.test_service import Case
from tests.pages import Browser, said
from tests.security.forms import LIVE
from tests.support.clamd import EICAR, Clamd, clamd
from tests.support.test_upload_checks import MEGABYTE, jpeg_declaring, lying_zip, pdf, picture, png_declaring, word
from tosportal import tasks
from tosportal.features.applications import queries

__all__ = ["clamd", "lies_there"]
# The test client does not close the temporary file of a form above half a megabyte; a server does.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

SLOTS = {"minutes": ["pdf", "jpeg", "png", "docx", "xlsx"], "photos": ["jpeg", "png"]}
BAD = {
    "empty": lambda: b"",
    "html named pdf": lambda: b"<!DOCTYPE html><script>alert(1)</script>%PDF-1.7",
    "html, then a pdf": lambda: b"<html><script>alert(1)</script>\n" + pdf(),
    "gif that is a script": lambda: b"GIF89a/*\x00*/=1;alert(1)//" + b"\0" * 200,
    "svg with a script": lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "program": lambda: b"MZ" + b"\0" * 500,
    "word with a program": lambda: word({"word/vbaProject.bin": b"x"}),
    "word that unpacks to 50 MB": lying_zip,
    "word that unpacks to 30 MB": lambda: word({"word/media/a.png": b"\0" * (30 * MEGABYTE)}),
    "picture of 2.5 gigapixels": lambda: png_declaring(50_000, 50_000),
    "photo of 3.6 gigapixels": lambda: jpeg_declaring(60_000, 60_000),
    "photo cut short": lambda: picture("JPEG", (400, 300))[:2000],
    "too large": lambda: pdf() + b"\n" * (MEGABYTE + 10),
}
NAMES = (
    "../../etc/passwd", "..\\..\\boot.ini", "con", "NUL.pdf", "a\x00b.pdf", "счёт\u202efdp.exe", f"{LIVE}.html",
    "ж" * 5000, "", " ", "%s%n.pdf", "a\r\nSet-Cookie: x=y.pdf", "'; DROP TABLE attachment; --.pdf",
)  # fmt: skip


class Place:
    """A draft whose slots take a megabyte a file."""

    def __init__(self, app) -> None:
        regulation = definition()
        for slot in regulation["documents"]:
            slot.update(max_mb=1, max_files=3, accept=SLOTS[slot["code"]])
        self.case = Case(regulation)
        self.browser = Browser(app, self.case.person)
        self.client = self.browser.client
        self.key = begin(self.browser, self.case)
        self.documents = f"/applications/{self.key}/documents"

    def by_page(self, slot: str, content: bytes, name: str):
        return self.client.post(f"{self.documents}/{slot}", data={"file": (io.BytesIO(content), name)})

    def by_section(self, content: bytes, name: str):
        address = f"/applications/{self.key}/sections/kinds"
        revision = hidden(self.browser.get(address), "revision")
        data = {"revision": revision, ".file-paper": (io.BytesIO(content), name), ".attach": "paper"}
        return self.client.post(address, data=data)

    def by_pieces(self, slot: str, content: bytes, name: str):
        facts = {"name": name, "size": str(len(content)), "sha256": hashlib.sha256(content).hexdigest()}
        begun = self.client.post(f"{self.documents}/{slot}/uploads", data=facts)
        if begun.status_code != 200:
            return begun
        for at in range(0, len(content), begun.json["piece"]):
            piece = content[at : at + begun.json["piece"]]
            sum_of = {"X-Content-SHA256": hashlib.sha256(piece).hexdigest()}
            assert (
                self.client.post(f"{begun.json['pieces']}?offset={at}", data=piece, headers=sum_of).status_code == 200
            )
        return self.client.post(begun.json["finish"], headers={"Accept": "application/json"})

    def names(self) -> list[str]:
        return [one.name for one in queries.attachments_of(the_application().id)]


@pytest.fixture
def place(app) -> Place:
    return Place(app)


@pytest.mark.parametrize("what", BAD)
def test_nothing_of_a_bad_file_stays_in_any_slot(place: Place, what: str, lies_there) -> None:
    content = BAD[what]()
    before = place.documents
    for slot in SLOTS:
        for answer in (place.by_page(slot, content, "протокол.pdf"), place.by_pieces(slot, content, "протокол.pdf")):
            assert answer.status_code == 422, (slot, answer.status_code)
    answer = place.by_section(content, "протокол.pdf")
    assert answer.status_code == 422
    assert 'id="file-paper-error"' in answer.text
    assert place.names() == []
    assert lies_there() == set()
    assert "протокол.pdf" not in said(place.browser.get(before))


def test_any_name_is_a_label_and_never_a_path(place: Place, lies_there) -> None:
    for slot, content in (("minutes", pdf() + b"\n%<script>alert(1)</script>"), ("photos", picture("JPEG"))):
        for name in NAMES:
            for send in (place.by_page, place.by_pieces):
                answer = send(slot, content, name)
                assert answer.status_code in {200, 303, 422}, (name, answer.status_code)
                for one in queries.attachments_of(the_application().id):
                    given = place.client.get(f"/files/{one.key}")
                    assert given.headers["Content-Disposition"].startswith("attachment;")
                    assert given.mimetype in {"application/pdf", "image/jpeg"}
                    assert given.headers["X-Content-Type-Options"] == "nosniff"
                    assert "sandbox" in given.headers["Content-Security-Policy"]
                    assert "\n" not in str(given.headers["Content-Disposition"])
                    assert not set(one.name) & set('/\\<>:"|?*\r\n\0\u202e')
                    assert len(one.name) <= 120
                    place.client.post(f"{place.documents}/{slot}/{one.key}/remove")
        page = place.browser.get(place.documents).text
        assert LIVE not in page
    assert all(len(one) == 32 and one.isalnum() for one in lies_there())


def test_a_full_slot_takes_no_more_whatever_way_it_comes(place: Place) -> None:
    for pages in (1, 2, 3):
        assert place.by_page("minutes", pdf(pages=pages), "а.pdf").status_code == 303
    answers = place.by_pieces("minutes", pdf(pages=4), "б.pdf"), place.by_section(pdf(pages=5), "в.pdf")
    assert [one.status_code for one in answers] == [422, 422]
    assert place.by_page("minutes", pdf(pages=6), "г.pdf").status_code == 422
    assert len(place.names()) == 3


@pytest.mark.parametrize("what", ["pdf", "docx", "png"])
def test_a_virus_inside_of_a_document_is_kept_back_and_then_refused(app, place: Place, what: str, clamd: Clamd) -> None:
    use(app, clamd.unix)
    content = {
        "pdf": lambda: pdf() + b"\n" + EICAR,
        "docx": lambda: word({"word/media/letter.bin": EICAR}),
        "png": lambda: picture("PNG") + EICAR,
    }[what]()
    answer = place.by_section(content, f"письмо.{what}") if what == "docx" else place.by_page(
        "minutes", content, f"письмо.{what}"
    )  # fmt: skip
    if answer.status_code == 422:  # refused before any daemon is asked
        assert place.names() == []
        return
    file = the_file()
    assert file.verdict == "waiting"
    assert place.client.get(f"/files/{file.key}").status_code == 409
    assert tasks.check_files() == 1
    assert (the_file().verdict, the_file().virus) == ("infected", "Test.EICAR.UNOFFICIAL")
    assert place.client.get(f"/files/{file.key}").status_code == 404
    assert "найден вирус" in said(place.browser.get(place.documents))
