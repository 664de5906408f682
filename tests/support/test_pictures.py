"""A photo made anew holds the picture and nothing else."""

import io
import subprocess
import sys

import pytest
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

from tosportal.domain.errors import RuleBroken
from tosportal.support.storage import photo_made_anew

SECRET = b"Ivanova lives here"


def with_secrets(width: int = 300, height: int = 200, orientation: int = 1) -> bytes:
    """A JPEG with a place, a maker and a comment, red at the left, blue at the right."""
    picture = Image.new("RGB", (width, height), (200, 0, 0))
    picture.paste((0, 0, 200), (width // 2, 0, width, height))
    exif = Image.Exif()
    exif[Base.Make] = "Camera of " + SECRET.decode()
    exif[Base.Orientation] = orientation
    exif.get_ifd(IFD.GPSInfo)[GPS.GPSLatitude] = (54.0, 22.0, 1.5)
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif, comment=SECRET)
    return out.getvalue() + SECRET


def made(content: bytes, **knobs: int) -> Image.Image:
    return Image.open(io.BytesIO(photo_made_anew(io.BytesIO(content), **knobs)))


def test_nothing_but_the_picture_is_left():
    given = with_secrets()
    assert given.count(SECRET) == 3
    assert Image.open(io.BytesIO(given)).getexif().get_ifd(IFD.GPSInfo)
    content = photo_made_anew(io.BytesIO(given))
    assert SECRET not in content
    assert b"Exif" not in content
    picture = Image.open(io.BytesIO(content))
    assert (picture.format, picture.size, dict(picture.getexif())) == ("JPEG", (300, 200), {})
    assert "comment" not in picture.info
    assert photo_made_anew(io.BytesIO(given)) == content


def test_a_photo_taken_sideways_stands_upright():
    picture = made(with_secrets(orientation=6))
    assert picture.size == (200, 300)
    red, _, blue = picture.getpixel((100, 20))
    assert red > 150 > blue


def test_a_big_photo_becomes_small_and_a_small_one_stays():
    assert made(with_secrets(5000, 2500)).size == (1600, 800)
    assert made(with_secrets(40, 20)).size == (40, 20)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_becomes_a_jpeg(mode):
    out = io.BytesIO()
    Image.new(mode, (30, 20)).save(out, "PNG")
    picture = made(out.getvalue())
    assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", (30, 20))


def test_what_is_seen_through_becomes_white():
    out = io.BytesIO()
    Image.new("RGBA", (30, 20), (0, 0, 0, 0)).save(out, "PNG")
    assert made(out.getvalue()).getpixel((5, 5)) == (255, 255, 255)


def test_what_cannot_be_decoded_is_refused_in_words():
    whole = with_secrets(800, 600)
    for content in (b"", b"\xff\xd8\xff\xe0 no picture", whole[: len(whole) // 2]):
        with pytest.raises(RuleBroken, match="повреждён"):
            photo_made_anew(io.BytesIO(content))


MEASURE = """
import io, re, sys
from tosportal.domain.errors import RuleBroken
from tosportal.support.storage import photo_made_anew
from PIL import Image
def most():
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", open("/proc/self/status").read())[1])
photo_made_anew(open(sys.argv[1], "rb"))
before = most()
try:
    photo_made_anew(open(sys.argv[2], "rb"))
    said = "made"
except RuleBroken:
    said = "refused"
print(said, (most() - before) // 1024)
"""


def grown(tmp_path, width: int, height: int, kind: str, **how: object) -> tuple[str, int]:
    """What a process of its own says of a picture, and by how many megabytes it grew over a small one."""
    small, big = tmp_path / "small", tmp_path / "big"
    mode = "RGBA" if kind == "PNG" else "RGB"
    Image.new(mode, (100, 100)).save(small, kind)
    Image.new(mode, (width, height)).save(big, kind, **how)
    found = subprocess.run([sys.executable, "-c", MEASURE, small, big], capture_output=True, text=True, check=True)
    said, megabytes = found.stdout.split()
    return said, int(megabytes)


def test_the_memory_of_a_preview_is_bounded(tmp_path):
    """The largest PNG that is decoded costs its points and little more; a larger one is refused before it is decoded;
    an ordinary JPEG of any size is decoded small."""
    said, cost = grown(tmp_path, 4000, 3990, "PNG", compress_level=1)
    assert said == "made"
    assert 60 < cost < 200
    said, cost = grown(tmp_path, 9000, 6600, "PNG", compress_level=1)
    assert (said, cost < 15) == ("refused", True)
    said, cost = grown(tmp_path, 9000, 6600, "JPEG")
    assert said == "made"
    assert cost < 60
    said, cost = grown(tmp_path, 9000, 6600, "JPEG", progressive=True)
    assert (said, cost < 15) == ("refused", True)
