"""The portal of a municipal district for the support of ТОС."""

import typing

if typing.TYPE_CHECKING:
    from flask import Flask

    from tosportal.config import Settings


def create_app(settings: "Settings | None" = None) -> "Flask":
    """The portal as a WSGI application; without settings they are read from the environment.

    The one import inside a function: `python -m tosportal.verify` promises to run on the standard library alone, and
    importing this package must therefore not import Flask.
    """
    from tosportal.assembly import assemble  # noqa: PLC0415

    return assemble(settings)
