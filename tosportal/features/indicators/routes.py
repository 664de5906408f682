"""Pages of indicators."""

from flask import Blueprint

blueprint = Blueprint("indicators", __name__)
