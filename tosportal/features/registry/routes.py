"""Pages of registry."""

from flask import Blueprint

blueprint = Blueprint("registry", __name__)
