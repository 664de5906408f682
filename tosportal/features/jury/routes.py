"""Pages of jury."""

from flask import Blueprint

blueprint = Blueprint("jury", __name__)
