"""The blueprint of the jury."""

from flask import Blueprint

blueprint = Blueprint("jury", __name__)
