"""What may be typed in when a read file becomes a programme: its short name and the act that adopts it."""

import re
from collections.abc import Mapping
from datetime import date

from tosportal.domain.errors import N_, Remark, too_long
from tosportal.domain.form_definition import cleaned, day_from

SLUG_MOST = 60
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
BAD_SLUG = N_("Короткое имя: строчные латинские буквы, цифры и дефис, например tos-2026")


def check_slug(slug: str) -> list[Remark]:
    """What is wrong with a short name."""
    if len(slug) <= SLUG_MOST and not SLUG.fullmatch(slug):
        return [Remark(BAD_SLUG, {}, "slug")]
    return too_long(slug, SLUG_MOST, "slug")


def typed_act(form: Mapping[str, str]) -> dict[str, str]:
    """The inputs of the confirmation as typed."""
    names = ("act_name", "act_number", "act_on-day", "act_on-month", "act_on-year", "reason")
    found = {name: cleaned(form.get(name, "")).strip() for name in names}
    return found | ({"slug": cleaned(form["slug"]).strip()} if "slug" in form else {})


def day_of_act(typed: Mapping[str, str]) -> tuple[date | None, list[Remark]]:
    parts = [typed[f"act_on-{part}"] for part in ("day", "month", "year")]
    if not any(parts):
        return None, []
    day = day_from(".".join(parts))
    return day, [] if day else [Remark(N_("Укажите день постановления, например 18 августа 2026"), {}, "act_on")]
