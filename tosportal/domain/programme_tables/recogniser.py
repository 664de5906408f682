"""A document becomes a programme: every table is told by its words, what they say is put together and remarked."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from tosportal.domain.document_tables import Paragraph, SourceDocument, Table
from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.domain.programme_document import SCHEMA
from tosportal.domain.programme_tables.activities import ActivityReader, source_labels
from tosportal.domain.programme_tables.funding import (
    clean_label,
    labels_in_prose,
    read_prose,
    read_summary,
    read_years_down,
    unplanned_periods,
)
from tosportal.domain.programme_tables.headers import (
    ACTIVITIES,
    FUNDING,
    INDICATORS,
    METHODS,
    Layout,
    Row,
    continued,
    layout_of,
    rows_of,
)
from tosportal.domain.programme_tables.indicators import (
    COMPARED_MOST,
    IndicatorReader,
    best_match,
    give_directions,
    match_names,
)
from tosportal.domain.programme_tables.labels import is_of_one_settlement, is_source_label, source_of, tidy
from tosportal.domain.programme_tables.methods import read_methods
from tosportal.domain.programme_tables.notebook import Notebook, Recognised, settled
from tosportal.domain.programme_tables.numbers import plain, years_within
from tosportal.domain.programme_tables.outline import Outline
from tosportal.domain.programme_tables.passport import PassportRow, passport_rows, read_passport
from tosportal.domain.programme_tables.promises import PromiseReader
from tosportal.domain.programme_tables.prose import approvals, goal_and_tasks, sections, title_of

NOWHERE = "документ в целом"


def recognise(document: SourceDocument) -> Recognised:
    """The programme that a document prints, in the schema municipal-programme/1.

    Nothing is corrected: contradictions stay as printed. `fragments` tell for every value where it stands; `remarks`
    tell what was not understood, with places. What the document does not print is left out or None.

    Raises RuleBroken when the document is no programme: neither passport nor indicators nor activities.
    """
    return _Recogniser(document).recognised()


def _own_budget(data: Any) -> Any:
    """The data with the budget of the settlement as the local one."""
    if isinstance(data, dict):
        return {"local" if key == "settlement" else key: _own_budget(value) for key, value in data.items()}
    return [_own_budget(one) for one in data] if isinstance(data, list) else data


def _own_path(path: str) -> str:
    return re.sub(r"\.settlement(?=\.|$)", ".local", path)


class _Recogniser:
    def __init__(self, document: SourceDocument) -> None:
        self.document = document
        self.notebook = Notebook()
        self.outline = Outline(self.notebook)
        self.rows: dict[str, list[Row]] = {kind: [] for kind in (INDICATORS, ACTIVITIES, FUNDING, METHODS)}
        self.layouts: list[Layout] = []
        self.passport: list[PassportRow] = []
        self.passport_table: Table | None = None
        self.funding: dict[str, Any] = {}
        self.place_of_years = ""

    def recognised(self) -> Recognised:
        self._sort_tables()
        if not self.passport and not self.rows[INDICATORS] and not self.rows[ACTIVITIES]:
            raise RuleBroken(
                Remark(
                    N_(
                        "Это не похоже на муниципальную программу: нет ни паспорта, ни таблицы показателей, ни таблицы"
                        " мероприятий с годами в заголовке"
                    ),
                    place="document",
                )
            )
        data, fragments = self._data(), self.notebook.fragments
        if self._is_of_settlement():
            data, fragments = _own_budget(data), [replace(one, path=_own_path(one.path)) for one in fragments]
        return Recognised(data, settled(fragments, data), tuple(self.notebook.remarks))

    def _is_of_settlement(self) -> bool:
        """Is it the programme of a settlement? Then the only municipal budget that it names is that of one settlement,
        and it is the local one."""
        lines = {line for table in self.document.tables for cell in table.cells for line in cell.lines}
        labels = [line for line in lines if is_source_label(line)]
        named = {source_of(label) for label in labels}
        if "settlement" not in named or "local" in named:
            return False
        own = sorted(plain(label) for label in labels if source_of(label) == "settlement")
        if not all(is_of_one_settlement(label) for label in own):
            return False
        self.notebook.say(
            N_("%(place)s: «%(printed)s» – бюджет самого поселения, местный"), NOWHERE, printed=own[0][:120]
        )
        return True

    # --- what each table is

    def _sort_tables(self) -> None:
        before: Layout | None = None
        for item in self.document.order:
            if isinstance(item, Paragraph):
                continue
            if not self.passport and (rows := passport_rows(item)):
                self.passport, self.passport_table, before = rows, item, None
                self._funding_cells(item, rows)
            else:
                before = self._table(item, before)

    def _table(self, table: Table, before: Layout | None) -> Layout | None:
        layout = layout_of(table, table.heading)
        goes_on = bool(before and table.continues)
        if layout is None and (layout := continued(table, before, table.heading)):
            goes_on = True
        if layout is None:
            self._years_down(table)
            return before if not plain("".join(cell.text for cell in table.cells)) else None
        rows = list(rows_of(table, layout, fresh=not goes_on))
        if before and goes_on and len(before.columns) == table.width:
            rows = [*self._above_header(table, layout, before), *rows]
        if layout.kind == FUNDING:
            self._summary(rows, table)
        else:
            self.rows[layout.kind].extend(rows)
        self.layouts.append(layout)
        if layout.years and not self.place_of_years:
            self.place_of_years = table.place_of(max(layout.body - 1, 0), layout.figures[0].index)
        return layout

    def _above_header(self, table: Table, layout: Layout, before: Layout) -> list[Row]:
        """What stands above the header that is printed again in the middle of a torn table."""
        above = Layout(before.kind, before.columns, 0, before.unit, before.header)
        header = layout.body - len(layout.header)
        return [row for row in rows_of(table, above, fresh=False) if layout.kind == before.kind and row.index < header]

    def _is_in_passport(self, table: Table) -> bool:
        number = self.passport_table.place.rpartition(" ")[2] if self.passport_table else ""
        return bool(number and re.search(rf"вложенн\w+ в таблиц\w+ {re.escape(number)}(?!\d)", table.place))

    def _summary(self, rows: list[Row], table: Table) -> None:
        key = "passport" if self._is_in_passport(table) else "appendix3"
        self._keep(key, read_summary(rows, self.notebook, key))

    def _years_down(self, table: Table) -> None:
        key = "passport" if self._is_in_passport(table) else "appendix3"
        self._keep(key, read_years_down(table, table.heading, self.notebook, key))

    def _keep(self, key: str, found: dict[str, Any]) -> None:
        into = self.funding.setdefault(key, {}) if found else {}
        for source, values in found.items():
            known = into.setdefault(source, {})
            for year, value in values.items():
                known.setdefault(year, value)

    def _funding_cells(self, table: Table, rows: list[PassportRow]) -> None:
        """Funding that the passport prints in several columns of its own: a table inside the table."""
        for row in rows:
            if row.key != "funding" or row.last == row.first:
                continue
            cells = tuple(
                cell
                for cell in table.cells
                if row.first <= cell.row <= row.last and plain(cell.text) != row.label and plain(cell.text)
            )
            part = Table(table.place, "", cells, table.height, table.width)
            if layout := layout_of(part, row.label):
                found = read_summary(list(rows_of(part, layout, fresh=True)), self.notebook, "passport")
                self._keep("passport", found)

    # --- putting it together

    def _data(self) -> dict[str, Any]:
        paragraphs = self.document.paragraphs
        passport = read_passport(self.passport, self.notebook, self.outline) if self.passport else {}
        goal_and_tasks(paragraphs, self.outline)
        for name in [*passport.get("executors", [])]:
            self.outline.executors(name)
        self.outline.current = ""
        indicators = IndicatorReader(self.notebook, self.outline)
        indicators.read(self.rows[INDICATORS])
        self.outline.current = ""
        activities = ActivityReader(self.notebook, self.outline)
        activities.read(self.rows[ACTIVITIES])
        self._name(passport)
        self._term(passport)
        self._passport_funding()
        self._enrich(indicators.indicators, passport)
        for one in self.outline.tasks:
            if not one["name"]:
                one["name"] = f"Задача {one['number']}"
        return {
            "schema": SCHEMA,
            "currency": "RUB",
            "years": self._years(),
            "sources_of_funding": source_labels(activities) or self._labels("appendix3") or self._labels("passport"),
            "sources_labels_printed": {
                "passport": self._labels("passport"),
                "appendix2": source_labels(activities),
                "appendix3": self._labels("appendix3"),
            },
            "approval": approvals(paragraphs, self.notebook),
            "passport": passport,
            "goal": self._goal(),
            "tasks": self.outline.tasks,
            "indicators": indicators.indicators,
            "executors": self.outline.people,
            "activities": activities.activities,
            "task_totals": activities.task_totals,
            "programme_totals": activities.programme_totals,
            "funding": self.funding,
            "sections": sections(self.document),
        }

    def _enrich(self, indicators: list[dict[str, Any]], passport: dict[str, Any]) -> None:
        match_names(indicators, passport.get("indicator_names", []))
        results = passport.get("expected_results")
        for statement in results[:COMPARED_MOST] if isinstance(results, list) else []:
            found = best_match([one for one in indicators if "expected_result_passport" not in one], statement)
            if found:
                found["expected_result_passport"] = statement
        promises = PromiseReader(indicators, self.notebook)
        promises.read(self.document.paragraphs)
        promises.read(self._promised(results), all_results=True)
        read_methods(self.rows[METHODS], indicators, self.notebook)
        give_directions(indicators, self.notebook)

    def _promised(self, results: Any) -> list[Paragraph]:
        """The expected results of the passport, each where its cell stands; the text of the programme goes before."""
        said = results[:COMPARED_MOST] if isinstance(results, list) else [results] if results else []
        at = (one.place for one in self.notebook.fragments if one.path.startswith("passport.expected_results"))
        place = next(at, NOWHERE)
        return [Paragraph(one, place) for one in said]

    def _goal(self) -> dict[str, str]:
        goals = self.outline.goals
        first = next(
            (goals[where] for where in ("passport", "section3", "appendix1", "appendix2") if where in goals), ""
        )
        place = next((one.place for one in self.notebook.fragments if one.path.startswith("goal.")), NOWHERE)
        if not first:
            self.notebook.say(N_("%(place)s: цель программы не найдена"), NOWHERE)
        return {"name": self.notebook.text("goal.name", tidy(first), place, first), **goals}

    def _name(self, passport: dict[str, Any]) -> None:
        lines = [(line, place) for text, place in self._texts() for line in (text.split("\n") or [""])]
        printed, name, place = title_of(lines)
        if printed:
            passport["title_printed"] = self.notebook.text("passport.title_printed", printed, place)
        if not passport.get("name"):
            if name:
                passport["name"] = self.notebook.text("passport.name", name, place)
            else:
                passport["name"] = self.notebook.text("passport.name", "", NOWHERE)
                self.notebook.say(N_("%(place)s: название программы не найдено"), NOWHERE)

    def _texts(self) -> Iterable[tuple[str, str]]:
        for item in self.document.order:
            if isinstance(item, Paragraph):
                yield item.text, item.place
            else:
                yield item.heading, item.place

    def _term(self, passport: dict[str, Any]) -> None:
        term = passport.setdefault("term", {})
        if "from" in term:
            return
        printed, place = passport.get("name") or "", NOWHERE
        years, keys = years_within(printed), self._years()
        if years:
            place = next((one.place for one in self.notebook.fragments if one.path == "passport.name"), NOWHERE)
        elif keys:
            years, printed, place = (int(keys[0][:4]), int(keys[-1][-4:])), ", ".join(keys), self.place_of_years
        if years:
            self.notebook.say(N_("%(place)s: срок программы взят отсюда, в паспорте его нет"), place)
        else:
            self.notebook.say(N_("%(place)s: срок программы не найден"), place)
        for end, year in zip(("from", "to"), years or (None, None), strict=True):
            term[end] = year
            self.notebook.text(f"passport.term.{end}", str(year or ""), place, printed)
        term.setdefault("stages", [])
        term.setdefault("printed", printed)

    def _years(self) -> list[str]:
        kinds = (ACTIVITIES, INDICATORS, FUNDING)
        return sorted({year for layout in self.layouts if layout.kind in kinds for year in layout.years})

    def _passport_funding(self) -> None:
        for row in self.passport:
            if row.key == "funding" and "passport" not in self.funding:
                key, found = read_prose(row.cell, row.place, self.notebook)
                if found:
                    self.funding[key] = found
                self.funding.update(unplanned_periods(row.cell))

    def _labels(self, key: str) -> dict[str, Any]:
        sources = self.funding.get(key, {})
        named = {source: str(one.get("label_printed") or "") for source, one in sources.items() if source != "total"}
        if key == "passport" and not named:
            for row in self.passport:
                named.update(labels_in_prose(row.cell) if row.key == "funding" else {})
        return {source: clean_label(label) for source, label in named.items()}
