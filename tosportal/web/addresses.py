"""Where a page may send the reader afterwards: only to an address of this portal."""

from urllib.parse import urlsplit

LONGEST = 2000


def own_address(text: str | None) -> str | None:
    """The address if it is a path of this portal, else None: no other host, no scheme, no signs that browsers drop.

    >>> own_address("/contests?year=2026"), own_address("//evil.example"), own_address("https://evil.example/")
    ('/contests?year=2026', None, None)
    >>> own_address("/\\\\evil.example"), own_address("/\\t/evil.example"), own_address("contests"), own_address("")
    (None, None, None, None)
    """
    if not text or len(text) > LONGEST or not text.startswith("/") or text.startswith("//") or "\\" in text:
        return None
    if any(ord(sign) < 32 or 127 <= ord(sign) < 160 for sign in text):
        return None
    parts = urlsplit(text)
    return None if parts.scheme or parts.netloc else text
