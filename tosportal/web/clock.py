"""The moment of a request: taken once, when the request arrived, and handed down to everything below."""

from datetime import UTC, datetime

from flask import current_app, g, request


def take_time() -> None:
    """Note the moment of arrival; a test or the demo may set a clock of its own in `app.config["CLOCK"]`."""
    g.arrived_at = current_app.config["CLOCK"]()


def now() -> datetime:
    """When the request being answered arrived, aware UTC."""
    return g.arrived_at


def wholly_received() -> datetime:
    """The moment at which the whole request had come: its form is read to the last byte, then the clock is looked at.

    A form that began to come before a deadline and ended after it is late: `now` is this moment from here on.
    """
    request.form.get("")
    g.arrived_at = current_app.config["CLOCK"]()
    return g.arrived_at


def system_clock() -> datetime:
    """The clock of the machine, aware UTC. Entrances only; nothing below them reads a clock."""
    return datetime.now(UTC)
