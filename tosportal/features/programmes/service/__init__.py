"""What happens to programmes: loaded, brought to a new edition, read from a file and confirmed."""

from tosportal.features.programmes.service.editions import Act, adopt_edition, edition_in_force, load_programme
from tosportal.features.programmes.service.uploads import (
    MOST_BYTES,
    confirm_upload,
    correct_upload,
    corrected,
    drop_upload,
    keep_programme,
    remarks_of,
    upload_programme,
)

__all__ = [
    "MOST_BYTES",
    "Act",
    "adopt_edition",
    "confirm_upload",
    "correct_upload",
    "corrected",
    "drop_upload",
    "edition_in_force",
    "keep_programme",
    "load_programme",
    "remarks_of",
    "upload_programme",
]
