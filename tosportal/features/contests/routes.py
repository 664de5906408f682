"""Pages of contests."""

from flask import Blueprint

blueprint = Blueprint("contests", __name__)
