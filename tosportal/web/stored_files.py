"""Objects of the storage on their way to a browser: piece by piece, as something that runs nothing."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any, BinaryIO

from flask import Response, abort, send_file, stream_with_context

from tosportal.support.storage import CLEANED, NotClean, cleaned, current_storage, photo_made_anew

POLICY = "sandbox; default-src 'none'"
READABLE_SIDE = 4000

NOT_KEPT = "private, no-store"


def given_out_clean(storage_key: str, size: int, media_type: str, **how: Any) -> Response:
    """The same for somebody else's picture: what a camera wrote beside the points stays behind (`clean_pictures`).

    It is read twice: first to learn the length and that it can be cleaned. A picture that is not built as its kind is
    comes as a picture made anew, in JPEG; one that cannot even be decoded is refused in words (RuleBroken).
    """
    if media_type not in CLEANED:
        return given_out(storage_key, size, media_type, **how)
    try:
        with current_storage().open(storage_key) as stream:
            length = sum(len(piece) for piece in cleaned(stream, media_type))
        stream = current_storage().open(storage_key)
    except FileNotFoundError:
        abort(404)
    except NotClean:
        with current_storage().open(storage_key) as stream:
            content = photo_made_anew(stream, longest=READABLE_SIDE)
        return _guarded(send_file(BytesIO(content), mimetype="image/jpeg", etag=False, max_age=0, **how), len(content))
    file_like = BytesIO()  # only the headers of `send_file` are wanted
    response = send_file(file_like, mimetype=media_type, etag=False, max_age=0, **how)
    response.response = stream_with_context(_closing(stream, media_type))
    return _guarded(response, length)


def _closing(stream: BinaryIO, media_type: str) -> Iterator[bytes]:
    with stream:
        yield from cleaned(stream, media_type)


def given_out(storage_key: str, size: int, media_type: str, *, cache: str = NOT_KEPT, **how: Any) -> Response:
    """The object; `how` as in `send_file`. An object that is not there is 404.

    The length is said, so that a browser notices a file that came only in part.
    """
    try:
        stream = current_storage().open(storage_key)
    except FileNotFoundError:
        abort(404)
    response = send_file(stream, mimetype=media_type, etag=False, max_age=0, **how)
    return _guarded(response, size, cache)


def _guarded(response: Response, size: int, cache: str = NOT_KEPT) -> Response:
    response.content_length = size
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = cache
    return response
