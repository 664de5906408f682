"""The demo: a district with its programme, 45 ТОС and contests in every phase, made by the services that the pages use.

Dates are laid around the day of loading. Everything here is invented but the programme's sums; a database is marked as
a demo when it is filled, and only a marked or an empty one is touched.
"""

from tosportal.demo.loading import NotADemo, load, load_once, reset
from tosportal.demo.people import people, people_table

__all__ = ["NotADemo", "load", "load_once", "people", "people_table", "reset"]
