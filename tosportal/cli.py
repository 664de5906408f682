"""Commands of the portal, grouped."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Attach the commands to an application."""
