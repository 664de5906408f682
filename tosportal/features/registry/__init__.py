"""The registry of ТОС: municipality → settlement → ТОС, and who speaks for them.

Remembers names, borders, charters, chairs with their terms, contacts with consents for publication. The public reads
and searches; the secretary edits, imports and confirms the people who ask to be linked to a ТОС. Ends at contests.
"""
