"""What may be typed into the pages of a contest."""

from tosportal.features.contests.forms.defects import defects_in_words
from tosportal.features.contests.forms.fitted import CRITERION, input_of_remark, part_named
from tosportal.features.contests.forms.parts import PARTS, Part
from tosportal.features.contests.forms.places import at_inputs, part_of_place, place_words, value_words

__all__ = [
    "CRITERION",
    "PARTS",
    "Part",
    "at_inputs",
    "defects_in_words",
    "input_of_remark",
    "part_named",
    "part_of_place",
    "place_words",
    "value_words",
]
