"""Objects of the storage on their way to a browser: piece by piece, as something that runs nothing."""

from typing import Any

from flask import Response, abort, send_file

from tosportal.support.storage import current_storage

POLICY = "sandbox; default-src 'none'"


NOT_KEPT = "private, no-store"


def given_out(storage_key: str, size: int, media_type: str, *, cache: str = NOT_KEPT, **how: Any) -> Response:
    """The object; `how` as in `send_file`. An object that is not there is 404.

    The length is said, so that a browser notices a file that came only in part.
    """
    try:
        stream = current_storage().open(storage_key)
    except FileNotFoundError:
        abort(404)
    response = send_file(stream, mimetype=media_type, etag=False, max_age=0, **how)
    response.content_length = size
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = cache
    return response
