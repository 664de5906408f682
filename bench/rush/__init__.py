"""The last minutes of an intake: thousands of applicants send at once, and none may be lost or counted twice.

`make rush` starts the portal as `flask serve` runs it, on SQLite and a folder and on PostgreSQL and an S3 server.
Applicants with complete drafts arrive over the given minutes: some still add a photo, all look their application
through, send it, send it once more, and read the number in their receipt. Then the rows and the files are counted.
"""
