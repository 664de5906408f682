"""Pages of decisions."""

from flask import Blueprint

blueprint = Blueprint("decisions", __name__)
