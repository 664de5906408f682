"""Readiness: before the deadline an applicant asks the secretary to look at a draft, and the secretary says what lacks.

Remembers who asked when and what was answered. Nothing is decided by it: the draft stays the applicant's own, opens to
the secretary only while the request stands, and admission begins anew after it was sent.
"""
