"""The regulation of a contest (положение о конкурсе) as data: read strictly, checked before announcement, compared.

The JSON has `schema` «regulation/1»: sums, per cent, points and weights are strings, moments are ISO 8601 with offset.
One file for each part: it says what the part is, reads it, writes it and checks it.
"""

from tosportal.domain.regulation.checks import check_regulation
from tosportal.domain.regulation.commission import Commission
from tosportal.domain.regulation.differences import Change, diff_regulations
from tosportal.domain.regulation.documents import FILE_KINDS, MOST_FILES, MOST_MEGABYTES, DocumentSlot
from tosportal.domain.regulation.eligibility import (
    CHECKS,
    WITH_COUNT,
    WITH_VALUE,
    WITH_YEARS,
    AdmissionItem,
    EligibilityRule,
)
from tosportal.domain.regulation.intake import (
    BEFORE_ADMISSION,
    BEFORE_CLOSE,
    EXTENSIONS,
    NEVER,
    Intake,
    check_intake_length,
)
from tosportal.domain.regulation.limit_parts import LimitPart
from tosportal.domain.regulation.limits import Limits
from tosportal.domain.regulation.model import KINDS, Regulation
from tosportal.domain.regulation.nominations import APPLICANTS, Nomination, Prize
from tosportal.domain.regulation.reading import SCHEMA, regulation_from_json, to_json
from tosportal.domain.regulation.sample import regulation_from_sample
from tosportal.domain.regulation.slots import check_slots
from tosportal.domain.regulation.timeline import DAYS, UNITS, WORKDAYS, TimelineMoment, day_of, followed

__all__ = [
    "APPLICANTS",
    "BEFORE_ADMISSION",
    "BEFORE_CLOSE",
    "CHECKS",
    "DAYS",
    "EXTENSIONS",
    "FILE_KINDS",
    "KINDS",
    "MOST_FILES",
    "MOST_MEGABYTES",
    "NEVER",
    "SCHEMA",
    "UNITS",
    "WITH_COUNT",
    "WITH_VALUE",
    "WITH_YEARS",
    "WORKDAYS",
    "AdmissionItem",
    "Change",
    "Commission",
    "DocumentSlot",
    "EligibilityRule",
    "Intake",
    "LimitPart",
    "Limits",
    "Nomination",
    "Prize",
    "Regulation",
    "TimelineMoment",
    "check_intake_length",
    "check_regulation",
    "check_slots",
    "day_of",
    "diff_regulations",
    "followed",
    "regulation_from_json",
    "regulation_from_sample",
    "to_json",
]
