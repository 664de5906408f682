"""Open pages: home, results, help, language and look."""

from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    g,
    redirect,
    render_template,
    request,
    send_from_directory,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tosportal.domain.contest_states import Phase
from tosportal.domain.errors import N_
from tosportal.domain.permissions import MATRIX, PERMISSION_TITLES, ROLE_NAMES, Permission, Role
from tosportal.features.accounts.guards import open_to_all
from tosportal.features.contests import queries as contests
from tosportal.features.public import queries
from tosportal.features.registry.queries import TosFilter, places_with_counts
from tosportal.web.addresses import own_address
from tosportal.web.caching import conditional
from tosportal.web.clock import now
from tosportal.web.filters import local
from tosportal.web.language import LANGUAGE_COOKIE, LOCALES, LOOK_COOKIE, LOOKS, remember, select_locale, selected_look
from tosportal.web.lists import Page, paged
from tosportal.web.security import csrf

blueprint = Blueprint("public", __name__)

# Pages of help: name → title. Texts lie in `templates/public/help/<name>.<language>.html`.
HELP = {
    "activist": N_("Памятка активисту ТОС"),
    "juror": N_("Памятка эксперту"),
    "secretary": N_("Памятка секретарю"),
    "administrator": N_("Памятка администратору"),
    "permissions": N_("Кто что может делать на портале"),
    "personal-data": N_("Персональные данные"),
    "accessibility": N_("Доступность портала"),
}
HELP_HINTS = {
    "activist": N_("Как подать заявку и что будет дальше"),
    "juror": N_("Как принять приглашение, оценить заявки и подписать листы"),
    "secretary": N_("Как провести конкурс от черновика до результатов"),
    "administrator": N_("Люди, роли, письма, журнал и сервер"),
    "permissions": N_("Роли и права одной таблицей"),
    "personal-data": N_("Какие данные хранит портал и зачем"),
    "accessibility": N_("Крупные буквы, контраст, клавиатура, без скриптов"),
}
CLOSED = ("/office", "/desk", "/applications", "/jury", "/my", "/account", "/files", "/invitations", "/_components")


@blueprint.app_context_processor
def about() -> dict[str, Any]:
    """Links of the footer that every page has."""
    return {
        "about_links": [
            (_("Муниципальная программа"), url_for("programmes.index")),
            (_("Персональные данные"), url_for("public.help_page", name="personal-data")),
            (_("Доступность портала"), url_for("public.help_page", name="accessibility")),
            (_("Кто что может"), url_for("public.help_page", name="permissions")),
        ]
    }


@blueprint.get("/")
@open_to_all
@conditional
def home() -> ResponseReturnValue:
    """What takes applications now, every contest, how it works, what the programme promises, the villages."""
    at, municipality = now(), g.municipality
    year = local(at).year
    cards = queries.contest_cards(municipality.id, at) if municipality else []
    places = places_with_counts(municipality.id, TosFilter()) if municipality else []
    return render_template(
        "public/home.html",
        open_cards=[card for card in cards if card.glance.phase is Phase.ACCEPTING],
        cards=[card for card in cards if card.glance.phase is not Phase.ACCEPTING],
        targets=queries.targets_of_year(municipality.id, year) if municipality else [],
        year=year,
        places=[(settlement, count) for settlement, count in places if count],
        tos_total=sum(count for _settlement, count in places),
        now=at,
    )


@blueprint.get("/results")
@open_to_all
@conditional
def results_index() -> ResponseReturnValue:
    """Contests whose results are published."""
    if g.municipality is None:
        return render_template("public/results_index.html", page=Page([], 1, 20, 0), cards=[])
    page = paged(contests.published_contests(g.municipality.id), size=20, scalars=False)
    return render_template("public/results_index.html", page=page, cards=contests.glances(page.rows, now()))


@blueprint.get("/help")
@open_to_all
@conditional
def help_index() -> ResponseReturnValue:
    """All pages of help."""
    return render_template("public/help_index.html", pages=HELP, hints=HELP_HINTS)


@blueprint.get("/help/<name>")
@open_to_all
@conditional
def help_page(name: str) -> ResponseReturnValue:
    """One page of help in the language of the page; the matrix of permissions is printed from the data that decides."""
    if name not in HELP:
        abort(404)
    if name == "permissions":
        return render_template(
            "public/permissions.html", title=HELP[name], roles=ROLE_NAMES, titles=PERMISSION_TITLES, matrix=matrix()
        )
    text = f"public/help/{name}.{select_locale()}.html"
    return render_template("public/help_page.html", name=name, title=HELP[name], text=text, pages=HELP)


def matrix() -> list[tuple[Permission, dict[Role, bool]]]:
    """Permission → role → has it: the rows of the help page."""
    return [(permission, {role: permission in MATRIX[role] for role in Role}) for permission in Permission]


@blueprint.post("/language")
@csrf.exempt
@open_to_all
def set_language() -> ResponseReturnValue:
    """Remember the language and go back. Needs no token: it changes nothing but how pages look to this browser."""
    chosen = request.form.get("locale") or request.form.get("lang", "")
    response: Any = redirect(own_address(request.form.get("next")) or url_for("public.home"), 303)
    return remember(response, LANGUAGE_COOKIE, chosen) if chosen in LOCALES else response


@blueprint.get("/vision")
@open_to_all
def vision() -> ResponseReturnValue:
    """Choose size, colours, spacing and pictures."""
    came_from = own_address(request.args.get("next")) or _referring_page()
    return render_template("public/vision.html", look=selected_look(), next=came_from)


def _referring_page() -> str:
    """The page of this portal that the reader came from."""
    parts = urlsplit(request.referrer or "")
    if parts.netloc != request.host or parts.path == url_for("public.vision"):
        return url_for("public.home")
    return own_address(parts.path + (f"?{parts.query}" if parts.query else "")) or url_for("public.home")


@blueprint.post("/vision")
@csrf.exempt
@open_to_all
def set_vision() -> ResponseReturnValue:
    """Remember the look for this browser and go back; «reset» forgets it. Unknown values are ignored."""
    response: Any = redirect(own_address(request.form.get("next")) or url_for("public.home"), 303)
    if "reset" in request.form:
        response.delete_cookie(LOOK_COOKIE)
        return response
    asked = {name: request.form.get(name, "") for name in LOOKS}
    return remember(
        response, LOOK_COOKIE, ":".join(asked[name] if asked[name] in LOOKS[name] else "" for name in LOOKS)
    )


@blueprint.get("/_components")
@open_to_all
def components() -> ResponseReturnValue:
    """Every component in every state on one page: for those who design and for the check of accessibility."""
    parts = [("regional", Decimal("708500.00")), ("local", Decimal("12986.76")), ("extrabudget", Decimal("40000.00"))]
    total = sum((money for _source, money in parts), Decimal("0.00"))
    return render_template("public/components.html", phases=list(Phase), money_parts=parts, money_total=total)


@blueprint.get("/robots.txt")
@open_to_all
def robots() -> ResponseReturnValue:
    """Open pages may be indexed, working pages not."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED), ""]
    return Response("\n".join(lines), mimetype="text/plain")


@blueprint.get("/favicon.ico")
@open_to_all
def favicon() -> ResponseReturnValue:
    """The mark, for browsers that ask for it by its old name."""
    folder = current_app.static_folder or ""
    return send_from_directory(folder, "favicon.svg", mimetype="image/svg+xml", max_age=86400)
