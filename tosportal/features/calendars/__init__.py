"""Deadlines as calendars (.ics).

Remembers: which private addresses were given out and taken back. Here a phone or a computer reads one's own deadlines,
and anybody the dates of a contest. Ends with the file: what to do is on the pages it leads to.
"""
