"""The office's pages of letters: the list, one text with its words and its preview, versions, back to the standard."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from tosportal.domain.errors import Remark, RuleBroken, StateConflict
from tosportal.domain.form_definition import cleaned
from tosportal.domain.letter_texts import LONGEST_BODY, LetterKind, check_letter, filled, filled_line
from tosportal.domain.permissions import Permission
from tosportal.features.accounts.guards import ensure_may, needs, person, where
from tosportal.features.contests.models import Contest
from tosportal.features.contests.queries import contest_for_officer
from tosportal.features.letters import queries, service
from tosportal.features.registry.models import Municipality
from tosportal.support import notifications
from tosportal.web.clock import now
from tosportal.web.typed import keeps_typed

blueprint = Blueprint("letters", __name__)
LANGUAGES = {"ru": "Русский", "en": "English"}


@dataclass(frozen=True)
class Desk:
    """Whose letters these are: a district's, or a contest's own."""

    municipality: Municipality
    contest: Contest | None

    @property
    def contest_id(self) -> int:
        return self.contest.id if self.contest else 0

    def address(self, endpoint: str, **values: Any) -> str:
        return url_for(endpoint, slug=self.contest.slug if self.contest else None, **values)


def _desk(slug: str | None) -> Desk:
    if slug is not None:
        contest = contest_for_officer(slug, where(Permission.LETTERS_WORD)) or abort(404)
        return Desk(contest.municipality, contest)
    municipality = g.municipality or abort(404)
    ensure_may(Permission.LETTERS_WORD, municipality=municipality.id)
    return Desk(municipality, None)


def _kind(desk: Desk, code: str) -> LetterKind:
    kind = queries.KINDS.get(code)
    return kind if kind is not None and (kind.of_contest or desk.contest is None) else abort(404)


def _language() -> str:
    asked = request.values.get("language", "ru")
    return asked if asked in LANGUAGES else "ru"


@blueprint.get("/office/letter-texts")
@blueprint.get("/office/contests/<slug>/letter-texts")
@needs(Permission.LETTERS_WORD)
def index(slug: str | None = None) -> ResponseReturnValue:
    """Every letter of the portal, and which are in own words."""
    desk = _desk(slug)
    return render_template(
        "letters/index.html",
        desk=desk,
        groups=queries.groups_for(of_contest=desk.contest is not None),
        own=queries.own_texts(desk.municipality.id, desk.contest_id),
        languages=LANGUAGES,
    )


@blueprint.get("/office/letter-texts/<code>")
@blueprint.get("/office/contests/<slug>/letter-texts/<code>")
@needs(Permission.LETTERS_WORD)
def text(code: str, slug: str | None = None) -> ResponseReturnValue:
    """One text: its words, what it looks like with made-up values, its versions."""
    desk = _desk(slug)
    return _text_page(desk, _kind(desk, code), _language())


@blueprint.post("/office/letter-texts/<code>")
@blueprint.post("/office/contests/<slug>/letter-texts/<code>")
@needs(Permission.LETTERS_WORD)
@keeps_typed
def save_text(code: str, slug: str | None = None) -> ResponseReturnValue:
    """Look at the text with made-up values, or keep it."""
    desk = _desk(slug)
    kind, language = _kind(desk, code), _language()
    typed = (cleaned(request.form.get("subject", "")).strip(), cleaned(request.form.get("body", "")).strip())
    seen = request.form.get("seen", "")
    if request.form.get("do") == "preview":
        remarks = check_letter(kind, *typed, language)
        return _text_page(desk, kind, language, typed, remarks), 422 if remarks else 200
    try:
        service.word_letter(
            kind,
            municipality=desk.municipality,
            contest_id=desk.contest_id,
            locale=language,
            subject=typed[0],
            body=typed[1],
            seen=int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 7 else -1,
            actor=person(),
            now=now(),
        )
    except RuleBroken as refused:
        return _text_page(desk, kind, language, typed, list(refused.remarks)), 422
    except StateConflict as stale:
        return _text_page(desk, kind, language, typed, list(stale.remarks), is_stale=True), 409
    flash(_("Текст сохранён: следующие письма уйдут с ним."), "success")
    return redirect(desk.address("letters.text", code=code, language=language), 303)


@blueprint.post("/office/letter-texts/<code>/standard")
@blueprint.post("/office/contests/<slug>/letter-texts/<code>/standard")
@needs(Permission.LETTERS_WORD)
def use_standard(code: str, slug: str | None = None) -> ResponseReturnValue:
    """Back to the standard text; versions stay."""
    desk = _desk(slug)
    kind, language = _kind(desk, code), _language()
    service.word_as_standard(
        kind,
        municipality=desk.municipality,
        contest_id=desk.contest_id,
        locale=language,
        actor=person(),
        now=now(),
    )
    flash(_("Письма снова пишутся прежним текстом."), "success")
    return redirect(desk.address("letters.text", code=code, language=language), 303)


def _text_page(
    desk: Desk,
    kind: LetterKind,
    language: str,
    typed: tuple[str, str] | None = None,
    remarks: list[Remark] | None = None,
    *,
    is_stale: bool = False,
) -> str:
    versions = queries.versions(kind, language, desk.municipality.id, desk.contest_id)
    names = kind.names(language)
    with force_locale(language):
        in_force = notifications.text_for(kind, language, desk.municipality.id, desk.contest_id)
        examples = {names[code]: _(word.example) if word.example else "" for code, word in kind.words.items()}
    shown = typed or in_force
    preview = None if remarks else (filled_line(shown[0], examples), filled(shown[1], examples))
    return render_template(
        "letters/text.html",
        desk=desk,
        kind=kind,
        language=language,
        languages=LANGUAGES,
        typed=shown,
        words=[(names[code], word.meaning, code in kind.needed) for code, word in kind.words.items()],
        preview=preview,
        in_force=in_force,
        is_typed=typed is not None,
        versions=versions,
        seen=versions[0].text.number if versions else 0,
        is_own=bool(versions and versions[0].text.body),
        errors=remarks or [],
        is_stale=is_stale,
        longest=LONGEST_BODY,
    )
