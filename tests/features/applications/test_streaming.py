"""A large file is never whole in memory: the process that takes it in and gives it back hardly grows."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
MEGABYTE = 1024 * 1024
SIZE = 45  # MB; with the words round it below 50, the most a slot may take

SCRIPT = """
import hashlib, io, resource, sys, tempfile
from pathlib import Path
from tests.conftest import make_app
from tests.features.applications.test_routes import begin, the_application
from tests.features.applications.test_service import Case
from tests.make import regulation_with
from tests.pages import Browser
from flask_migrate import upgrade
from tosportal.features.applications import queries
from tosportal.features.applications.service import PIECE_MAX

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

folder, path, way = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
app = make_app(folder, f"sqlite:///{folder / 'p.sqlite3'}")
with app.app_context():
    upgrade()
    documents = regulation_with()["documents"]
    documents[0]["max_mb"] = 50
    case = Case(regulation_with(documents=documents))
    browser = Browser(app, case.person)
    key = begin(browser, case)
    address = f"/applications/{key}/documents/minutes"
    small = b"%PDF-"
    browser.post(address, {"file": (io.BytesIO(small), "a.pdf")}, code=422)
    before = peak()
    if way == "pieces":
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            about = {"name": "a.pdf", "size": path.stat().st_size, "sha256": digest}
            plan = browser.post(f"{address}/uploads", about).json
            file.seek(0)
            place = 0
            while piece := file.read(PIECE_MAX // 2):
                place = browser.post(f"{plan['pieces']}?offset={place}", piece, content_type="application/octet-stream",
                    headers={"X-Content-SHA256": hashlib.sha256(piece).hexdigest()}).json["offset"]
        browser.post(plan["finish"])
    else:
        # the body as a server hands it over: a stream
        head = (b'--x\\r\\nContent-Disposition: form-data; name="file"; filename="a.pdf"\\r\\n\\r\\n')
        tail = b"\\r\\n--x--\\r\\n"
        with tempfile.TemporaryFile() as body:
            body.write(head)
            with path.open("rb") as file:
                while piece := file.read(65536):
                    body.write(piece)
            body.write(tail)
            length = body.tell()
            body.seek(0)
            answer = browser.client.post(address, input_stream=body, content_length=length,
                content_type="multipart/form-data; boundary=x", follow_redirects=True)
            assert answer.status_code == 200, answer.text
    came = peak()
    (file,) = queries.attachments_of(the_application().id)
    digest = hashlib.sha256()
    answer = browser.client.get(f"/files/{file.key}", buffered=False)
    for piece in answer.response:
        digest.update(piece)
    answer.close()
    assert digest.hexdigest() == file.sha256
    print(before, came, peak())
"""


def large_pdf(path: Path, megabytes: int = SIZE) -> None:
    """A PDF with so many megabytes of noise in it."""
    head = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    page = b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n"
    with path.open("wb") as file:
        file.write(head + page + b"4 0 obj<</Length %d>>stream\n" % (megabytes * MEGABYTE))
        for _ in range(megabytes):
            file.write(os.urandom(MEGABYTE))
        file.write(b"\nendstream endobj\n")
        place = file.tell()
        offsets = [head.index(b"1 0 obj"), head.index(b"2 0 obj"), len(head), len(head + page)]
        rows = b"".join(b"%010d 00000 n \n" % one for one in offsets)
        file.write(b"xref\n0 5\n0000000000 65535 f \n" + rows)
        file.write(b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % place)


def grown(tmp_path: Path, way: str) -> tuple[int, int]:
    """How many megabytes the process grew by while the file came, and while it went."""
    path, folder = tmp_path / "large.pdf", tmp_path / "portal"
    folder.mkdir()
    large_pdf(path)
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(folder), str(path), way],
        cwd=ROOT, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    before, came, went = (int(one) for one in done.stdout.split()[-3:])
    return came - before, went - came


def test_a_large_form_is_not_held_in_memory(tmp_path: Path) -> None:
    came, went = grown(tmp_path, "form")
    assert came < 25, f"grew by {came} MB for a file of {SIZE} MB"
    assert went < 5


def test_a_large_file_in_pieces_is_not_held_in_memory(tmp_path: Path) -> None:
    came, went = grown(tmp_path, "pieces")
    assert came < 25, f"grew by {came} MB for a file of {SIZE} MB"
    assert went < 5
