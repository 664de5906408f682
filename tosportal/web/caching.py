"""Pages of anonymous visitors carry an ETag of their body, so that an unchanged page costs no second transfer.

A signed-in person's page never does: it says `no-store` (see `security.py`), and a copy of an anonymous page that the
browser still holds is never confirmed for somebody signed in.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, current_app, make_response, request, session
from flask_login import current_user


def conditional(view: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a view whose page depends on the address, the language and the look alone when nobody is signed in."""

    @wraps(view)
    def answered(*args: Any, **kwargs: Any) -> Response:
        # flashed words belong to one answer: looked at before the page takes them
        has_words = bool(session.get("_flashes"))
        response: Response = make_response(current_app.ensure_sync(view)(*args, **kwargs))
        if current_user.is_authenticated or has_words or session.modified:
            return response
        if request.method in {"GET", "HEAD"} and response.status_code == 200 and not response.is_streamed:
            response.vary.update(("Cookie", "Save-Data"))
            response.add_etag()
            response.make_conditional(request)
        return response

    return answered
