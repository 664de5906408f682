"""Reads documents, each in a process of its own that may not take more than it should, and prints what came of each.

`python -m tests.support.reading_box` takes lines of `path TAB name` and answers each with a line of JSON: `outcome`
read, refused or failed, `words` of the refusal or the failure, `seconds` of the processor, `megabytes` at the peak.
"""

import json
import os
import resource
import sys
import time
from pathlib import Path

from tosportal.domain.errors import RuleBroken
from tosportal.support.documents.readers import read_source

SECONDS_MAX = 20
MEMORY_MAX = 500 * 1024 * 1024


def read(content: bytes, name: str) -> tuple[str, str]:
    try:
        document = read_source(content, name)
    except RuleBroken as refusal:
        return "refused", str(refusal)
    except BaseException as error:  # whatever else comes is what the test looks for
        return "failed", f"{type(error).__name__}: {error}"
    for table in document.tables:
        for number in range(table.height):
            table.row_texts(number)
    return "read", f"{len(document.tables)} tables, {len(document.paragraphs)} paragraphs"


def peak() -> int:
    """Megabytes at the peak of this process."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) // 1024


def answer(path: str, name: str) -> dict[str, object]:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS_MAX, SECONDS_MAX))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MAX, MEMORY_MAX))
    before = time.process_time()
    outcome, words = read(Path(path).read_bytes(), name)
    seconds = round(time.process_time() - before, 2)
    return {"outcome": outcome, "words": words, "seconds": seconds, "megabytes": peak()}


def main() -> None:
    for line in sys.stdin:
        path, name = line.rstrip("\n").split("\t")
        child = os.fork()
        if not child:
            print(json.dumps(answer(path, name)), flush=True)
            os._exit(0)
        status = os.waitpid(child, 0)[1]
        if status:
            words = f"killed: {status}"
            print(json.dumps({"outcome": "failed", "words": words, "seconds": SECONDS_MAX, "megabytes": 0}), flush=True)


if __name__ == "__main__":
    main()
