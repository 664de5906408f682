"""The storage of the running application."""

from typing import cast

from flask import Flask, current_app

from tosportal.support.storage.addresses import storage_from_url
from tosportal.support.storage.interface import Storage


def init_storage(app: Flask) -> None:
    """Afterwards `current_storage()` is the one that STORAGE_URL names."""
    app.extensions["storage"] = storage_from_url(app.config["STORAGE_URL"])


def current_storage() -> Storage:
    return cast(Storage, current_app.extensions["storage"])
