"""Events: the public list, the entry on a phone, the secretary who confirms."""

from flask import Blueprint

blueprint = Blueprint("events", __name__)
