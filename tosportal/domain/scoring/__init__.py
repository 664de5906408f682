"""From the marks of the jury to the total of an application, by the method of the regulation, every step shown.

Everything is exact until the one rounding that the regulation names; half goes up. A recused juror is simply absent:
means are taken over those who marked. Weights count in every method (1 where the regulation has none). Points of band
criteria are computed once by the portal and enter once: as their own line, never once per juror.

| method | total |
|---|---|
| weighted_mean | Σ weight × mean of the criterion; weights sum to 1 |
| mean_of_totals | mean of the sheets' totals + computed points |
| sum_of_criterion_means | Σ weight × mean of the criterion, each mean rounded first if the regulation says so |
| sum_of_totals | sum of the sheets' totals, no division, + computed points (M16) |
| weighted_share | scale × Σ weight × mean / maximum of the criterion; weights sum to 1 (4.3 C5) |
| normalised | K × Ki / Kmax: Ki as in sum_of_criterion_means; Kmax the best Ki of the list, or the best possible (M5) |

Criteria come fitted to the application (its requested sum, its group): see `criteria.fitted`.
Basis: DOMAIN.md 3.7 (M1, M3–M6, M16, M19), 4.3 C5, vectors 11.2.
"""

from tosportal.domain.scoring.checks import check_scoring, highest_of, highest_total
from tosportal.domain.scoring.rule import (
    AGAINST,
    EXPERT_MIN_WHO,
    METHODS,
    METHODS_BY_CRITERION,
    NORMALISED,
    SUBMITTED_AT,
    TIE_DECISIONS,
    WEIGHTED_SHARE,
    PassMark,
    ScoringRule,
)
from tosportal.domain.scoring.sums import CriteriaSums, sums_of_criteria
from tosportal.domain.scoring.total import Marks, Total, application_total, needs_best, raw_total, sheet_total
from tosportal.domain.scoring.trace import Step
from tosportal.domain.scoring.words import (
    EXPERT_MIN_NAMES,
    METHOD_NAMES,
    TIE_DECISION_NAMES,
    method_words,
    threshold_words,
    tie_words,
)

__all__ = [
    "AGAINST",
    "EXPERT_MIN_NAMES",
    "EXPERT_MIN_WHO",
    "METHODS",
    "METHODS_BY_CRITERION",
    "METHOD_NAMES",
    "NORMALISED",
    "SUBMITTED_AT",
    "TIE_DECISIONS",
    "TIE_DECISION_NAMES",
    "WEIGHTED_SHARE",
    "CriteriaSums",
    "Marks",
    "PassMark",
    "ScoringRule",
    "Step",
    "Total",
    "application_total",
    "check_scoring",
    "highest_of",
    "highest_total",
    "method_words",
    "needs_best",
    "raw_total",
    "sheet_total",
    "sums_of_criteria",
    "threshold_words",
    "tie_words",
]
