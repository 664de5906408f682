"""The jury: invitations, declarations of conflict, score sheets.

Remembers who judges, what they declared and which marks they gave. Jurors see their own sheets only. Ends at decisions.
"""
