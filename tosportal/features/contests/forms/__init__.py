"""What may be typed into the pages of a contest."""

from tosportal.features.contests.forms.parts import PARTS, Part, part_named
from tosportal.features.contests.forms.places import at_inputs, part_of_place, place_words
from tosportal.features.contests.forms.rows import (
    Column,
    Rows,
    act_on_rows,
    from_typed,
    read_typed,
    to_typed,
    without_blank_rows,
)

__all__ = [
    "PARTS",
    "Column",
    "Part",
    "Rows",
    "act_on_rows",
    "at_inputs",
    "from_typed",
    "part_named",
    "part_of_place",
    "place_words",
    "read_typed",
    "to_typed",
    "without_blank_rows",
]
