"""Contests: what the regulation says, when what happens, and the money they take from the programme.

Remembers contests and the numbered editions of their regulations. The secretary sets a contest up, announces it and
amends it; the phase follows from dates and acts. Ends where applications begin.
"""
