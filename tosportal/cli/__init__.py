"""Commands of the portal, grouped: `flask --app tosportal GROUP COMMAND`."""

from flask import Flask

from tosportal.cli.audit import audit
from tosportal.cli.contest import contest
from tosportal.cli.data import data
from tosportal.cli.demo import demo
from tosportal.cli.indicators import indicators
from tosportal.cli.people import people
from tosportal.cli.programme import programme
from tosportal.cli.registry import registry
from tosportal.cli.serve import serve

COMMANDS = (people, registry, programme, indicators, contest, data, audit, demo, serve)


def init_app(app: Flask) -> None:
    """Attach the commands to an application."""
    for command in COMMANDS:
        app.cli.add_command(command)
