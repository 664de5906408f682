"""Pages of applications."""

from flask import Blueprint

blueprint = Blueprint("applications", __name__)


@blueprint.get("/applications")
def mine() -> str:
    """Stands here until the page of this feature is written."""
    return ""
