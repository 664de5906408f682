"""What happens to personal data: one function an act. Services flush and never commit."""

from tosportal.features.personal.service.archives import ask_archive, drop_archives, make_archive, waiting_archives
from tosportal.features.personal.service.leaving import ask_to_leave, due_leavings, leave, leaving_of, stay
from tosportal.features.personal.service.retention import Term, count_over, keep_term, runs, set_term, terms
from tosportal.features.personal.service.scans import SCAN_KINDS, SCAN_MB, keep_scan
from tosportal.features.personal.service.withdrawing import withdraw_own

__all__ = [
    "SCAN_KINDS",
    "SCAN_MB",
    "Term",
    "ask_archive",
    "ask_to_leave",
    "count_over",
    "drop_archives",
    "due_leavings",
    "keep_scan",
    "keep_term",
    "leave",
    "leaving_of",
    "make_archive",
    "runs",
    "set_term",
    "stay",
    "terms",
    "waiting_archives",
    "withdraw_own",
]
