"""A municipal programme recognised in the tables and the text of a document: what they say, never where they stand."""

from tosportal.domain.programme_tables.notebook import Fragment, Recognised
from tosportal.domain.programme_tables.recogniser import recognise

__all__ = ["Fragment", "Recognised", "recognise"]
