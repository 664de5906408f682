"""Who comes in the rush, and the photo each brings: for processes that load nothing of the portal."""

import io
import random
from dataclasses import dataclass
from functools import cache

from PIL import Image


@dataclass(frozen=True)
class Applicant:
    """Somebody with a complete draft: its address, the cookie of their browser, and whether the photo is still to be
    sent. `place` is their number among all, from 0."""

    place: int
    key: str
    cookie: str
    sends_photo: bool


@cache
def noise(kilobytes: int) -> bytes:
    """A JPEG of at least so many kilobytes in the shape of a photo."""
    for side in range(200, 6000, 40):
        out, wide = io.BytesIO(), side * 4 // 3
        # A cloud of dots, the same in every process; smoothed it weighs what a photo of its size does.
        shades = random.Random(1).randbytes((wide // 4) * (side // 4))  # noqa: S311
        dots = Image.frombytes("L", (wide // 4, side // 4), shades)
        dots.resize((wide, side)).convert("RGB").save(out, "JPEG", quality=90)
        if out.tell() >= kilobytes * 1024:
            break
    return out.getvalue()


def photo(place: int, kilobytes: int) -> bytes:
    """The photo of one applicant: like all others, and yet a file of its own (a comment in its head differs)."""
    words = f"photo {place}".encode()
    whole = noise(kilobytes)
    return whole[:2] + b"\xff\xfe" + (len(words) + 2).to_bytes(2, "big") + words + whole[2:]
