"""What stands in an application, ready to be read: on pages, on the receipt, on the paper to be signed."""

from tosportal.features.applications.papers.answers import (
    KindsOfFields,
    ShownAnswer,
    ShownSection,
    ShownTable,
    column_label,
    flat_answer,
    masked,
    shown_answer,
    shown_sections,
    submitted_sections,
)
from tosportal.features.applications.papers.receipts import (
    Sent,
    moments_words,
    receipt_context,
    signed_words,
    signing_context,
)

__all__ = [
    "KindsOfFields",
    "Sent",
    "ShownAnswer",
    "ShownSection",
    "ShownTable",
    "column_label",
    "flat_answer",
    "masked",
    "moments_words",
    "receipt_context",
    "shown_answer",
    "shown_sections",
    "signed_words",
    "signing_context",
    "submitted_sections",
]
