"""Commands of the portal, grouped: `flask --app tosportal GROUP COMMAND`."""

from flask import Flask

from tosportal.cli import serve


def init_app(app: Flask) -> None:
    """Attach the commands to an application."""
    app.cli.add_command(serve.serve)
