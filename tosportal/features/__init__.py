"""The contest, in the order it lives. A feature may import from those before it, never from those after."""

ORDER = (
    "accounts",
    "registry",
    "programmes",
    "ledger",
    "contests",
    "questions",
    "applications",
    "similarity",
    "admission",
    "readiness",
    "jury",
    "decisions",
    "events",
    "indicators",
    "personal",
    "calendars",
    "letters",
    "desk",
    "public",
    "journal",
)
