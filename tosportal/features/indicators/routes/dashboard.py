"""The dashboard of a programme for everybody, and for the secretary what is missing for the report of a quarter."""

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from tosportal.domain.forecast import Risk
from tosportal.domain.permissions import Permission
from tosportal.domain.programme_report import DONE_PERCENT, STATES
from tosportal.domain.stated_programme import TOTAL
from tosportal.features.accounts.guards import ensure_may, needs, open_to_all, where
from tosportal.features.indicators.queries.board import programme_with_owner
from tosportal.features.indicators.queries.dashboard import Dashboard, cash_percent, dashboard_of
from tosportal.features.indicators.queries.quarter import last_quarter, missing_of
from tosportal.features.indicators.queries.rows import THOUSAND
from tosportal.features.indicators.routes.blueprint import UNIT_WORDS, asked_year, blueprint
from tosportal.features.programmes.models import Programme
from tosportal.features.registry.models import Municipality
from tosportal.features.registry.service import today_in
from tosportal.web import charts
from tosportal.web.clock import now

CHARTS_ON_A_PAGE = 12
RISKS_IN_FULL = 20
ACTIVITIES_OPEN = 30
EVENTS_SHOWN = 3
# A level of risk → kind and sign of its tag.
RISK_TAGS = {
    Risk.REACHED: ("green", "check"),
    Risk.ON_TRACK: ("sky", "clock"),
    Risk.WATCH: ("honey", "info"),
    Risk.AT_RISK: ("rowan", "alert"),
    Risk.LOST: ("rowan", "cross"),
    Risk.UNKNOWN: ("", "info"),
}


def known(slug: str) -> tuple[Programme, Municipality]:
    """The programme of an address with its owner, or 404."""
    return programme_with_owner(slug) or abort(404)


@blueprint.get("/programme/<slug>/dashboard")
@open_to_all
def dashboard(slug: str) -> ResponseReturnValue:
    """Money, indicators over the years, activities and risk of one year; the same queries whatever the size."""
    programme, owner = known(slug)
    today = today_in(owner, now())
    year = min(max(asked_year(today.year), programme.year_from), programme.year_to)
    board = dashboard_of(programme, year, today)
    places = {"municipality": programme.municipality_id}
    last = max(1, -(-len(board.indicators) // CHARTS_ON_A_PAGE))
    text = request.args.get("page", "1")
    number = min(max(int(text), 1), last) if text.isascii() and text.isdigit() and len(text) < 5 else 1
    begin = (number - 1) * CHARTS_ON_A_PAGE
    return render_template(
        "indicators/dashboard.html",
        programme=programme,
        owner=owner.name,
        year=year,
        today=now(),
        board=board,
        in_full=board.by_risk[:RISKS_IN_FULL],
        by_line=board.by_risk[RISKS_IN_FULL:],
        funding=funding_of(board),
        charts=charts,
        lines=board.indicators[begin : begin + CHARTS_ON_A_PAGE],
        page={"number": number, "pages": last},
        activities_open=ACTIVITIES_OPEN,
        events_shown=EVENTS_SHOWN,
        cash_percent=cash_percent,
        done_percent=DONE_PERCENT,
        states=STATES,
        risks=Risk,
        risk_tags=RISK_TAGS,
        units=UNIT_WORDS,
        may_read_ledger=where(Permission.PROGRAMME_READ_INNER).holds(**places),
        may_read_passport=where(Permission.INDICATOR_READ_INNER).holds(**places),
        may_enter=where(Permission.INDICATOR_ENTER).holds(**places),
    )


def funding_of(board: Dashboard) -> charts.Chart:
    """The columns of money: a year, what each source plans and paid; of a document without activities its plan."""
    if board.stated is not None and not board.paying:
        cells = board.stated.cells
        codes = [code for code, _name in board.stated.sources if code != TOTAL]
        rows: list[tuple[str, charts.Parts, charts.Parts]] = [
            (
                year.replace("-", "–"),
                {code: cells[year, code] / THOUSAND for code in codes if (year, code) in cells},
                {},
            )
            for year in board.stated.years
        ]
        return charts.stacked(rows, codes)
    return charts.stacked(
        [
            (
                year,
                {source: board.plan.of(year, source) / THOUSAND for source in board.paying},
                {source: board.cash.of(year, source) / THOUSAND for source in board.paying},
            )
            for year in board.years
        ],
        board.paying,
    )


@blueprint.get("/office/programme/<slug>/quarters", defaults={"year": 0, "quarter": 0})
@blueprint.get("/office/programme/<slug>/quarters/<int(max=9999):year>/<int(min=1, max=4):quarter>")
@needs(Permission.INDICATOR_ENTER)
def quarter(slug: str, year: int, quarter: int) -> ResponseReturnValue:
    """What is missing for the report of a quarter and who owes it; without a quarter, of the last one that is over."""
    programme, owner = known(slug)
    ensure_may(Permission.INDICATOR_ENTER, municipality=programme.municipality_id)
    today = today_in(owner, now())
    if not year:
        year, quarter = last_quarter(programme, today)
    if not programme.year_from <= year <= programme.year_to:
        abort(404)
    return render_template(
        "indicators/quarter.html",
        programme=programme,
        year=year,
        quarter=quarter,
        missing=missing_of(programme, year, quarter, today),
        may_edit=where(Permission.PROGRAMME_EDIT).holds(municipality=programme.municipality_id),
        may_confirm=where(Permission.EVENT_CONFIRM).holds(municipality=programme.municipality_id),
        may_decide=where(Permission.DECISION_READ).holds(municipality=programme.municipality_id),
        units=UNIT_WORDS,
    )
