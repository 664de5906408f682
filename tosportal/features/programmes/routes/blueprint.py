"""The blueprint that the pages of programmes hang on."""

from flask import Blueprint

blueprint = Blueprint("programmes", __name__)
