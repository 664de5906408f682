"""The report of a programme as papers in the forms of DOMAIN §6.3: JSON, XLSX with live sums, DOCX with tables."""

from tosportal.features.indicators.papers.files import (
    FORMS,
    PaperForm,
    report_docx,
    report_file,
    report_json,
    report_xlsx,
)
from tosportal.features.indicators.papers.spending_rows import spending_rows
from tosportal.features.indicators.papers.standard_template import EXAMPLES, standard_template
from tosportal.features.indicators.papers.template_names import NAMES, template_context
from tosportal.features.indicators.papers.words import plan_lines, title_of

__all__ = [
    "EXAMPLES",
    "FORMS",
    "NAMES",
    "PaperForm",
    "plan_lines",
    "report_docx",
    "report_file",
    "report_json",
    "report_xlsx",
    "spending_rows",
    "standard_template",
    "template_context",
    "title_of",
]
