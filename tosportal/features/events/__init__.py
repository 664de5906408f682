"""Events of the programme: seminars, meetings, «День соседей», publications; who came, with the evidence.

Entered by the secretary, or by an activist for the secretary to confirm. Only confirmed events are public and counted.
Photos are public with their event; lists of people and documents never are. Ends where indicators begin: they ask
`queries.events_of_year` for totals and `queries.counted_events` for what the totals are made of.
"""
