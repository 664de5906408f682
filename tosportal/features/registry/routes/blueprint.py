"""The blueprint that the pages of the registry hang on."""

from flask import Blueprint

blueprint = Blueprint("registry", __name__)
NUMBER = "<int(max=2147483647):{}>"
