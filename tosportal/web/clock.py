"""The moment of a request: taken once, when the request arrived, and handed down to everything below."""

from datetime import UTC, datetime

from flask import current_app, g


def take_time() -> None:
    """Note the moment of arrival; a test or the demo may set a clock of its own in `app.config["CLOCK"]`."""
    g.arrived_at = current_app.config["CLOCK"]()


def now() -> datetime:
    """When the request being answered arrived, aware UTC."""
    return g.arrived_at


def system_clock() -> datetime:
    """The clock of the machine, aware UTC. Entrances only; nothing below them reads a clock."""
    return datetime.now(UTC)
