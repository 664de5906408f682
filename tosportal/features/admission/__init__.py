"""Admission: the formal check of each submitted application.

Remembers the secretary's verdict on each point of the checklist and every act: returned for correction, admitted,
refused with reasons. Ends where the jury begins.
"""
