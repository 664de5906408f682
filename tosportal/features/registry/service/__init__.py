"""What happens to the registry: one function an act. Services flush and never commit."""

from tosportal.features.registry.service.helping import (
    accept_invitation,
    cancel_invitation,
    ensure_chair,
    invite_again,
    invite_helper,
    key_hash,
    set_helpers,
    state_of,
)
from tosportal.features.registry.service.importing import Change, ImportLine, ImportReport, import_tos
from tosportal.features.registry.service.links import ask_link, decide_link, end_link
from tosportal.features.registry.service.toses import (
    add_municipality,
    add_settlement,
    add_tos,
    consent_facts,
    edit_tos,
    give_consent,
    set_chair,
    set_contacts,
    today_in,
    tos_texts,
)

__all__ = [
    "Change",
    "ImportLine",
    "ImportReport",
    "accept_invitation",
    "add_municipality",
    "add_settlement",
    "add_tos",
    "ask_link",
    "cancel_invitation",
    "consent_facts",
    "decide_link",
    "edit_tos",
    "end_link",
    "ensure_chair",
    "give_consent",
    "import_tos",
    "invite_again",
    "invite_helper",
    "key_hash",
    "set_chair",
    "set_contacts",
    "set_helpers",
    "state_of",
    "today_in",
    "tos_texts",
]
