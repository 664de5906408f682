"""Events of the programme: seminars, meetings, «День соседей», publications; who came, with the evidence.

Entered by the secretary, or by an activist for the secretary to confirm. Only confirmed events are public and counted.
"""
