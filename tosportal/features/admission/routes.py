"""Pages of admission."""

from flask import Blueprint

blueprint = Blueprint("admission", __name__)
