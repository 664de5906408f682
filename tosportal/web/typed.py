"""A long form sent after the sign-in ended is not lost: the page carries what was typed until the person is back."""

from collections.abc import Callable
from typing import Any

from flask import current_app, render_template, request

NOT_CARRIED = frozenset({"csrf_token"})


def keeps_typed(view: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a view whose form is too long to be typed twice. Never for passwords: the page holds what was sent."""
    view.keeps_typed = True  # type: ignore[attr-defined]
    return view


def is_to_be_kept() -> bool:
    """Is this a form of a marked view, sent by a person and not by a script?"""
    view = current_app.view_functions.get(request.endpoint or "")
    return request.method == "POST" and getattr(view, "keeps_typed", False)


def typed_again(status: int) -> tuple[str, int]:
    """A page with the way to sign in and one button that sends the same answers again; nothing was saved yet."""
    carried = [(name, value) for name, value in request.form.items(multi=True) if name not in NOT_CARRIED]
    had_files = any(file.filename for file in request.files.values())
    page = render_template("layout/typed.html", carried=carried, address=request.path, had_files=had_files)
    return page, status
