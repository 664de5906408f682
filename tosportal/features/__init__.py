"""The contest, in the order it lives. A feature may import from those before it, never from those after."""

ORDER = (
    "accounts",
    "registry",
    "programmes",
    "ledger",
    "contests",
    "applications",
    "admission",
    "jury",
    "decisions",
    "events",
    "indicators",
    "desk",
    "public",
    "journal",
)
