"""Small real files for the applications of the demo: minutes as PDF, a photo as JPEG."""

import hashlib
import io
from functools import cache

import typst
from PIL import Image, ImageDraw

MINUTES = """#set document(title: sys.inputs.title)
#set page(width: 21cm, height: 29.7cm, margin: 2.5cm)
#set text(lang: "ru", size: 12pt)
= Протокол собрания жителей
#sys.inputs.tos

Повестка: #sys.inputs.title

Присутствовали 52 жителя. За — 48, против — 1, воздержались — 3. Решение принято.
""".encode()


def minutes_pdf(tos: str, title: str) -> bytes:
    """The minutes of a residents' meeting, one page."""
    return typst.compile(MINUTES, format="pdf", sys_inputs={"tos": tos, "title": title or "Протокол"})


@cache
def photo_jpeg(seed: str) -> bytes:
    """A little landscape, different for every seed."""
    red, green, blue = hashlib.sha256(seed.encode()).digest()[:3]
    image = Image.new("RGB", (640, 420), (190 + red // 5, 205 + green // 6, 225))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 260, 640, 420), fill=(90 + blue // 4, 140, 90))
    draw.polygon([(200, 260), (320, 150), (440, 260)], fill=(120, 80, 60))
    draw.rectangle((230, 260, 410, 350), fill=(200, 170, 120))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()
