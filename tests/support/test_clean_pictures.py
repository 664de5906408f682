"""A picture given to somebody else: the same points, and nothing of the camera or behind the end."""

import contextlib
import io
import random

import pytest
from PIL import Image, ImageCms, PngImagePlugin
from PIL.ExifTags import GPS, IFD, Base

from tests.support.test_pictures import SECRET, with_secrets
from tosportal.support.storage import NotClean, cleaned

JPEG, PNG = "image/jpeg", "image/png"


class InPieces(io.BytesIO):
    """A stream that gives at most so many bytes at a time, as an S3 server may."""

    most = 7

    def read(self, size: int = -1) -> bytes:
        return super().read(self.most if size < 0 else min(size, self.most))


def clean(content: bytes, kind: str = JPEG, stream: type[io.BytesIO] = io.BytesIO) -> bytes:
    return b"".join(cleaned(stream(content), kind))


def noise(width: int = 120, height: int = 80) -> Image.Image:
    return Image.frombytes("RGB", (width, height), random.Random(1).randbytes(width * height * 3))


def jpeg(picture: Image.Image | None = None, **how: object) -> bytes:
    out = io.BytesIO()
    (picture or noise()).save(out, "JPEG", **how)
    return out.getvalue()


def png_with_secrets(mode: str = "RGB") -> bytes:
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", SECRET.decode())
    info.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    exif = Image.Exif()
    exif[Base.Make] = SECRET.decode()
    out = io.BytesIO()
    noise().convert(mode).save(out, "PNG", pnginfo=info, exif=exif)
    return out.getvalue() + SECRET


def points(content: bytes) -> bytes:
    with Image.open(io.BytesIO(content)) as picture:
        return picture.tobytes()


@pytest.mark.parametrize("how", [{}, {"progressive": True}, {"quality": 100}, {"restart_marker_rows": 1}])
def test_the_points_of_a_jpeg_stay_as_they_were(how):
    exif = Image.Exif()
    exif[Base.Make] = SECRET.decode()
    exif.get_ifd(IFD.GPSInfo)[GPS.GPSLatitude] = (54.0, 22.0, 1.5)
    plain, marked = jpeg(**how), jpeg(exif=exif, comment=SECRET, xmp=b"<x:xmpmeta>" + SECRET, **how) + SECRET
    assert marked.count(SECRET) == 4
    for stream in (io.BytesIO, InPieces):
        found = clean(marked, stream=stream)
        assert SECRET not in found
        assert b"Exif" not in found
        assert found == clean(plain)
        assert points(found) == points(marked)


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_a_photo_taken_sideways_stays_turned_and_says_nothing_else(orientation):
    found = clean(with_secrets(orientation=orientation))
    assert SECRET not in found
    exif = Image.open(io.BytesIO(found)).getexif()
    assert dict(exif) == ({} if orientation == 1 else {Base.Orientation: orientation})
    assert not exif.get_ifd(IFD.GPSInfo)


def test_colours_stay_and_a_second_picture_behind_the_first_goes():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    given = jpeg(icc_profile=profile) + with_secrets()
    found = clean(given)
    assert Image.open(io.BytesIO(found)).info["icc_profile"] == profile
    assert found.endswith(b"\xff\xd9")
    assert SECRET not in found


def test_a_jpeg_of_a_printer_keeps_its_colours():
    given = jpeg(noise().convert("CMYK"))
    assert points(clean(given)) == points(given)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_a_png_keeps_its_points_alone(mode):
    given = png_with_secrets(mode)
    assert given.count(SECRET) == 4
    for stream in (io.BytesIO, InPieces):
        found = clean(given, PNG, stream)
        assert SECRET not in found
        assert points(found) == points(given)
        assert not Image.open(io.BytesIO(found)).getexif()


def test_what_is_built_otherwise_is_not_given_out_as_clean():
    whole, png = jpeg(), png_with_secrets()
    for content, kind in (
        (b"", JPEG),
        (b"GIF89a", JPEG),
        (whole[: len(whole) // 2], JPEG),
        (whole[:2] + b"\xff\xe1\x00\x01" + whole[2:], JPEG),
        (whole[:2] + b"garbage" + whole[2:], JPEG),
        (b"", PNG),
        (png[: len(png) // 2], PNG),
        (png[:8] + b"\xff\xff\xff\xffIDAT" + png[8:], PNG),
    ):
        with pytest.raises(NotClean):
            clean(content, kind)


def test_any_bytes_end_in_a_refusal_or_a_picture_without_hanging():
    rng = random.Random(7)
    whole = jpeg()
    for _ in range(200):
        spoilt = bytearray(whole)
        for _again in range(rng.randrange(1, 6)):
            spoilt[rng.randrange(2, len(spoilt))] = rng.randrange(256)
        with contextlib.suppress(NotClean):
            assert len(clean(bytes(spoilt))) <= len(spoilt) + 40
