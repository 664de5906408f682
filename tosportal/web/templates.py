"""Compiled templates kept in the folder of data: what one process compiled, the next one and a restart only load.

Compiling all takes seconds of processor time. Where a restart comes in the last hour of an intake, those seconds would
fall on the people who are sending.
"""

import contextlib
from pathlib import Path

from flask import Flask
from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket

FOLDER = "templates"


class KeptTemplates(FileSystemBytecodeCache):
    """A folder that may be lost, full or closed: then templates are compiled, as without it."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        with contextlib.suppress(OSError):
            super().dump_bytecode(bucket)

    def load_bytecode(self, bucket: Bucket) -> None:
        with contextlib.suppress(OSError):
            super().load_bytecode(bucket)


def init_app(app: Flask) -> None:
    """Keep what is compiled beside the data, for its owner only: it is code."""
    folder = Path(app.instance_path) / FOLDER
    with contextlib.suppress(OSError):
        folder.mkdir(mode=0o700, exist_ok=True)
    app.jinja_env.bytecode_cache = KeptTemplates(str(folder))
