"""A contest's own texts of letters, as they travel with its regulation."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tosportal.domain.definition_reader import Reader
from tosportal.domain.errors import N_

LETTER_CODE = re.compile(r"[a-z_]{1,30}\.[a-z_]{1,28}:(?:ru|en)")


@dataclass(frozen=True)
class Wording:
    """One letter in own words. `code` is the kind and the language: `application.receipt:ru`. Which kinds there are and
    which words they know is not for the reading of a file to say (see `domain/letter_texts.check_letter`)."""

    code: str
    subject: str
    body: str

    @property
    def kind(self) -> str:
        return self.code.partition(":")[0]

    @property
    def locale(self) -> str:
        return self.code.partition(":")[2]


def read_wording(reader: Reader, data: Mapping[str, Any], place: str) -> Wording:
    reader.only(data, ("code", "subject", "body"), place)
    code = data.get("code")
    if not isinstance(code, str) or not LETTER_CODE.fullmatch(code):
        reader.defect(N_("Нужны письмо и язык, вида %(example)s"), f"{place}.code", example="application.receipt:ru")
        code = ""
    return Wording(code, reader.text(data, "subject", place), reader.text(data, "body", place))


def wording_to_json(one: Wording) -> dict[str, Any]:
    return {"code": one.code, "subject": one.subject, "body": one.body}
