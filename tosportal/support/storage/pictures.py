"""A photo made anew before it is shown to everybody: only the picture is left of the file that came in."""

import io
import struct
import zlib
from typing import IO

from PIL import Image, ImageOps

from tosportal.domain.errors import Remark, RuleBroken
from tosportal.support.storage.upload_checks import BROKEN, PIXELS, PIXELS_MAX

LONGEST_SIDE = 1600
MOST_AT_ONCE, MOST_OF_PHONE = 16_000_000, 50_000_000
QUALITY = 82
PAPER = (255, 255, 255)


def photo_made_anew(stream: IO[bytes], *, longest: int = LONGEST_SIDE) -> bytes:
    """A JPEG of the picture, turned upright, at most `longest` points a side, with nothing else in it: no place, time
    or maker of the camera, no preview of another picture, no bytes after the end.

    `stream` has passed `check_upload`. The same file gives the same bytes. Raises RuleBroken when it cannot be decoded,
    or has more points than may lie in memory at once (`most_points`).
    """
    stream.seek(0)
    try:
        with Image.open(stream, formats=["JPEG", "PNG", "HEIF"]) as picture:
            if picture.width * picture.height > most_points(picture):
                raise RuleBroken(Remark(PIXELS))
            if picture.format == "JPEG":
                picture.draft("RGB", (longest, longest))  # decoded small: less memory, less time
            picture.thumbnail((longest, longest))  # before it is turned: a second copy of a big one is dear
            flat = _without_transparency(ImageOps.exif_transpose(picture))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise RuleBroken(Remark(PIXELS)) from error
    except (OSError, SyntaxError, ValueError, EOFError, TypeError, LookupError, struct.error, zlib.error) as error:
        raise RuleBroken(Remark(BROKEN)) from error
    out = io.BytesIO()
    flat.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


def most_points(picture: Image.Image) -> int:
    """How many points the picture may have. One that is decoded piece by piece and small at once (an ordinary JPEG) as
    many as an upload may; one of which all must lie in memory (PNG, a progressive JPEG) about a quarter, under 200 MB;
    one of an iPhone, which is kept in no other form, what its cameras make."""
    if picture.format == "JPEG" and not picture.info.get("progressive"):
        return PIXELS_MAX
    return MOST_OF_PHONE if picture.format == "HEIF" else MOST_AT_ONCE


def _without_transparency(picture: Image.Image) -> Image.Image:
    """The points alone in a fresh picture: what Pillow remembers of the file (EXIF, comments) stays behind."""
    if "A" in picture.getbands() or "transparency" in picture.info:
        seen = picture.convert("RGBA")
        flat = Image.new("RGB", picture.size, PAPER)
        flat.paste(seen, mask=seen.getchannel("A"))
        return flat
    if picture.mode.startswith("I"):  # 16 bits a point: Pillow cuts them off instead of scaling
        picture = picture.convert("I").point(lambda value: value / 256)
    flat = Image.new("RGB", picture.size)
    flat.paste(picture.convert("RGB"))
    return flat
