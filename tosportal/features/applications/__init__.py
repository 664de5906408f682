"""Applications: draft, answers, budget, calendar plan, attachments, submission, receipt.

Remembers every answer by section with a version of its own, every file, and a frozen copy of each submission.
Activists fill in and submit; ends at admission, where the secretary takes over.
"""
