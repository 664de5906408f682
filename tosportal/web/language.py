"""Russian first, English complete; the look (theme, size, spacing, pictures). Both are cookies chosen in the page."""

from babel.support import Translations
from flask import Flask, Response, g, has_request_context, request
from flask_babel import Babel, get_locale, get_translations
from flask_login import current_user

LOCALES = ("ru", "en")
LANGUAGE_COOKIE = "lang"
LOOK_COOKIE = "look"
LOOKS = {
    "theme": ("", "light", "dark", "hc-white", "hc-black", "hc-blue"),
    "size": ("", "150", "200"),
    "spacing": ("", "wide", "wider"),
    "images": ("", "off"),
}
ONE_YEAR = 365 * 24 * 3600


def select_locale() -> str:
    """The language of this answer: what was chosen in the page, else what the person chose before, else Russian."""
    if not has_request_context():
        return "ru"
    if (forced := g.get("locale")) in LOCALES:
        return forced
    if (chosen := request.cookies.get(LANGUAGE_COOKIE)) in LOCALES:
        return chosen
    if current_user and current_user.is_authenticated and current_user.locale in LOCALES:
        return current_user.locale
    return "ru"


def selected_look() -> dict[str, str]:
    """The look from its cookie; anything unknown in it is ignored. Cookie form: `theme:size:spacing:images`."""
    parts = request.cookies.get(LOOK_COOKIE, "").split(":")
    chosen = dict(zip(LOOKS, parts, strict=False))
    return {name: chosen.get(name, "") if chosen.get(name, "") in allowed else "" for name, allowed in LOOKS.items()}


def remember(response: Response, cookie: str, value: str) -> Response:
    """Keep a choice for a year."""
    response.set_cookie(cookie, value, max_age=ONE_YEAR, httponly=True, samesite="Lax", secure=request.is_secure)
    return response


def page_translations() -> Translations:
    """The catalogue of the page being made, looked up once while its language stays the same: a page says hundreds of
    texts, and finding the catalogue anew costs more than the text itself."""
    locale = get_locale()
    found = g.get("translations")
    if found is None or found[0] is not locale:
        found = g.translations = (locale, get_translations())
    return found[1]


def init_app(app: Flask) -> None:
    """Attach translations to an application."""
    Babel(app, default_locale="ru", default_timezone="UTC", locale_selector=select_locale)
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda text: page_translations().ugettext(text),
        ngettext=lambda one, many, number: page_translations().ungettext(one, many, number),
        newstyle=True,
    )
