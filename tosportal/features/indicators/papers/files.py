"""The report as a file of a kind: which forms there are and what each of them is for."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tosportal.domain.attainment import rounded
from tosportal.domain.efficiency import evaluate
from tosportal.domain.efficiency_methods import METHODS
from tosportal.domain.errors import N_
from tosportal.features.indicators.papers import activities, indicators, spending
from tosportal.features.indicators.papers.cells import heads, words
from tosportal.features.indicators.papers.words import Report, basis_words, plan_lines, shown, title_of
from tosportal.features.indicators.queries.report import outcome_of
from tosportal.support.documents.form_docx import docx_of_forms
from tosportal.support.documents.form_xlsx import xlsx_of_forms
from tosportal.support.documents.forms import Form


@dataclass(frozen=True)
class PaperForm:
    """A form of the report: its name and what it is for, in one sentence; what draws it."""

    name: str
    purpose: str
    draw: tuple[Callable[[Report], Form], ...]


def efficiency_form(report: Report) -> Form:
    """The efficiency of the year by the usual method, step by step."""
    found = evaluate(METHODS[0], outcome_of(report))
    if found.value is None:
        verdict = str(found.why_not)
    else:
        verdict = f"{shown(f'{rounded(found.value, 5):f}', '')} — {found.verdict}"
    rows = [heads(("№", "Как посчитано"))]
    rows += [(words(str(number)), words(str(step))) for number, step in enumerate(found.steps, 1)]
    rows.append((words(""), words(f"{found.method.name}: {verdict}")))
    title = "\n".join((title_of(report), report["name"], "Оценка эффективности", *plan_lines(report)))
    return Form("Эффективность", (), title, tuple(rows), (1, 14), 1)


FORMS: Mapping[str, PaperForm] = {
    "full": PaperForm(
        N_("Полный отчёт"),
        N_("Все формы в одном файле и оценка эффективности: для отчёта району и области."),
        (
            indicators.indicators_form,
            indicators.quarters_form,
            spending.spending_form,
            spending.plans_form,
            spending.quarters_form,
            spending.months_form,
            activities.activities_form,
            efficiency_form,
        ),
    ),
    "indicators": PaperForm(
        N_("Показатели"),
        N_("План и факт каждого показателя, отклонение и его причина."),
        (indicators.indicators_form,),
    ),
    "previous": PaperForm(
        N_("Показатели и прошлый год"),
        N_("То же рядом с фактом прошлого года: видно, растёт показатель или падает."),
        (indicators.previous_form,),
    ),
    "spending": PaperForm(
        N_("Расходы по источникам"),
        N_("Сколько заплатил каждый бюджет по каждому мероприятию и всего против плана."),
        (spending.spending_form,),
    ),
    "plans": PaperForm(
        N_("Все планы одной строки"),
        N_("План на 1 января, последняя редакция, роспись и касса рядом: так спрашивают финансовые органы."),
        (spending.plans_form,),
    ),
    "quarters": PaperForm(
        N_("По кварталам"),
        N_("Касса и показатели нарастающим итогом на конец каждого квартала."),
        (spending.quarters_form, indicators.quarters_form),
    ),
    "months": PaperForm(
        N_("По месяцам"),
        N_("Касса каждого месяца по дням записей в учёте и исполнение плана года."),
        (spending.months_form,),
    ),
    "activities": PaperForm(
        N_("Мероприятия"),
        N_("Что выполнено к концу года или квартала, какого числа и чем это подтверждено."),
        (activities.activities_form,),
    ),
}


def report_file(report: Report, kind: str, *, form: str = "full", now: datetime) -> bytes:
    """The report as a file of this kind: json (all of it), xlsx, docx (one form of it)."""
    if kind == "json":
        return report_json(report)
    return (report_xlsx if kind == "xlsx" else report_docx)(report, form=form, now=now)


def report_json(report: Report) -> bytes:
    return json.dumps(report, ensure_ascii=False, indent=1).encode()


def forms_of(report: Report, form: str) -> Sequence[Form]:
    """The forms of a file; efficiency is for a whole year."""
    return [draw(report) for draw in FORMS[form].draw if draw is not efficiency_form or not report["quarter"]]


def report_xlsx(report: Report, *, form: str = "full", now: datetime) -> bytes:
    """A sheet for each form. Deviations, per cents and totals are formulas."""
    return xlsx_of_forms(forms_of(report, form), title=title_of(report), now=now)


def report_docx(report: Report, *, form: str = "full", now: datetime) -> bytes:
    """A Word table for each form; wide ones lie."""
    basis = basis_words(report, report["plan"])
    under = f"План: {basis}. Напечатано по данным портала."
    return docx_of_forms(forms_of(report, form), title=title_of(report), under=under, now=now)
