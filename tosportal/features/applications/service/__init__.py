"""What people do with applications: fill in, attach, submit, withdraw."""

from tosportal.features.applications.service.attachments import (
    attach_file,
    attach_kept,
    ensure_fits,
    ensure_given_out,
    give_up,
    keep_file,
    remove_attachment,
    set_verdict,
    slot_for,
)
from tosportal.features.applications.service.drafts import PaperFacts, save_section, start_application, take_answers
from tosportal.features.applications.service.paper import enter_paper, open_correction
from tosportal.features.applications.service.submissions import (
    advance_application,
    submit_application,
    withdraw_application,
)
from tosportal.features.applications.service.uploads import (
    PIECE_MAX,
    add_piece,
    begin_upload,
    drop_expired_uploads,
    drop_upload,
    keep_piece,
    put_together,
)

__all__ = [
    "PIECE_MAX",
    "PaperFacts",
    "add_piece",
    "advance_application",
    "attach_file",
    "attach_kept",
    "begin_upload",
    "drop_expired_uploads",
    "drop_upload",
    "ensure_fits",
    "ensure_given_out",
    "enter_paper",
    "give_up",
    "keep_file",
    "keep_piece",
    "open_correction",
    "put_together",
    "remove_attachment",
    "save_section",
    "set_verdict",
    "slot_for",
    "start_application",
    "submit_application",
    "take_answers",
    "withdraw_application",
]
