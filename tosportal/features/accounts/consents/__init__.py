"""Consents: their words with versions, giving, recording on paper, withdrawing; and which hold now.

One table for all purposes (`domain.consents`): what the registry shows, what events show, who gets letters about new
contests, what the form of a contest asked for.
"""

from tosportal.features.accounts.consents.giving import (
    Scan,
    give,
    record_of_form,
    record_of_paper_form,
    record_paper,
    withdraw,
    withdraw_shown,
)
from tosportal.features.accounts.consents.holding import (
    consent_for_officer,
    consents_for_officer,
    consents_of_person,
    consents_of_tos,
    live,
    photos_taken_back,
    shown_items,
    wanting_letters,
)
from tosportal.features.accounts.consents.words import Wording, publish_text, texts_of, wordings

__all__ = [
    "Scan",
    "Wording",
    "consent_for_officer",
    "consents_for_officer",
    "consents_of_person",
    "consents_of_tos",
    "give",
    "live",
    "photos_taken_back",
    "publish_text",
    "record_of_form",
    "record_of_paper_form",
    "record_paper",
    "shown_items",
    "texts_of",
    "wanting_letters",
    "withdraw",
    "withdraw_shown",
    "wordings",
]
