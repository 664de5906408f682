"""Everything of the glass attached in the one right order."""

from flask import Flask
from jinja2 import StrictUndefined

from tosportal.config import Settings
from tosportal.web import clock, errors, filters, language, security, templates, transactions


def init_app(app: Flask, settings: Settings) -> None:
    """Attach the glass. The last function to look at an answer is registered first."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    templates.init_app(app)
    app.config.setdefault("CLOCK", clock.system_clock)
    app.before_request(clock.take_time)
    security.init_app(app, settings)
    transactions.init_app(app)
    language.init_app(app)
    filters.init_app(app)
    errors.init_app(app)
