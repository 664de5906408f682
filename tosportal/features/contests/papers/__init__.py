"""Contests on paper and in letters: amendments in words, the notice."""

from tosportal.features.contests.papers.amendments import (
    amendment_context,
    calendar_remarks,
    change_lines,
    changes_in_words,
    defect_lines,
    in_a_line,
    stored_moment,
    timeline_lines,
)
from tosportal.features.contests.papers.notice import notice_blocks, notice_docx, notice_title
from tosportal.features.contests.papers.procedure import procedure

__all__ = [
    "amendment_context",
    "calendar_remarks",
    "change_lines",
    "changes_in_words",
    "defect_lines",
    "in_a_line",
    "notice_blocks",
    "notice_docx",
    "notice_title",
    "procedure",
    "stored_moment",
    "timeline_lines",
]
