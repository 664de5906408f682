"""The one-time key of a form copy: a form sent twice is sent once."""

import re
import secrets
from collections.abc import Mapping

FORM_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")


def new_form_key(length: int = 18) -> str:
    """A key of so many random bytes for a form that is shown."""
    return secrets.token_urlsafe(length)


def form_key_from(form: Mapping[str, str]) -> str | None:
    """The key of the form copy that was sent; None when it is not one of ours."""
    key = form.get("form_key", "")
    return key if FORM_KEY.fullmatch(key) else None
