"""What may be typed into the pages of a contest."""

from tosportal.features.contests.forms.parts import PARTS, Part, part_named
from tosportal.features.contests.forms.places import at_inputs, part_of_place, place_words

__all__ = [
    "PARTS",
    "Part",
    "at_inputs",
    "part_named",
    "part_of_place",
    "place_words",
]
