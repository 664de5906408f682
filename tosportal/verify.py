"""Check a published protocol without trusting the portal: `python -m tosportal.verify FILE [--lang ru|en]`.

Uses the standard library and `tosportal.domain` only. Exit code 0: the digest is right and every figure follows from
the inputs. 1: something differs, and the first figure that does is named. 2: the file cannot be read as a protocol.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from tosportal.domain.errors import RuleBroken
from tosportal.domain.money import format_roubles
from tosportal.domain.protocol import SCHEMA, SCHEMAS, check_digest, recompute

TEXTS = {
    "ru": {
        "unreadable": "Файл не прочитан как протокол: {reason}",
        "not_protocol": "это не протокол {schema}",
        "not_found": "файла нет или он недоступен",
        "not_json": "это не JSON в UTF-8",
        "repeated": "имя «{name}» записано дважды",
        "float": "число {value} записано не строкой",
        "too_deep": "слишком глубокая вложенность",
        "digest": "SHA-256: {digest}",
        "wrong_digest": "Контрольная сумма не сходится: записано {stated}, по содержанию {computed}",
        "differs": "Не сходится: {path}: записано {stated}, по расчёту {computed}",
        "broken": "Не сходится: {path}: {computed}",
        "more": "Всего расхождений: {count}",
        "counts": "Пересчитано: заявок {applications}, не допущено {refused}, экспертов {jurors}, оценок {marks}",
        "outcomes": "Победителей {winner}, поддержано частично {partial}, в резерве {reserve}",
        "sums": "Распределено {awarded} из {fund}, остаток {remainder}",
        "organiser": "Суммы назвал организатор: по {count} заявкам, из них не так, как рекомендовано, {other}",
        "commission": "Суммы назвала комиссия: по {count} заявкам, из них не так, как по правилу, {other}",
        "right": "Всё сходится: {name}, редакция {edition}",
    },
    "en": {
        "unreadable": "The file cannot be read as a protocol: {reason}",
        "not_protocol": "this is not a {schema} protocol",
        "not_found": "there is no such file, or it is not accessible",
        "not_json": "this is not JSON in UTF-8",
        "repeated": "the name “{name}” is written twice",
        "float": "the number {value} is not written as a string",
        "too_deep": "nested too deeply",
        "digest": "SHA-256: {digest}",
        "wrong_digest": "The digest is wrong: the file says {stated}, its content gives {computed}",
        "differs": "Differs: {path}: the file says {stated}, the computation gives {computed}",
        "broken": "Differs: {path}: {computed}",
        "more": "Differences in all: {count}",
        "counts": "Recomputed: applications {applications}, not admitted {refused}, jurors {jurors}, marks {marks}",
        "outcomes": "Winners {winner}, supported in part {partial}, in reserve {reserve}",
        "sums": "Awarded {awarded} of {fund}, remainder {remainder}",
        "organiser": "The organiser named the sums of {count} applications, {other} of them other than recommended",
        "commission": "The commission named the sums of {count} applications, {other} of them other than by the rule",
        "right": "Everything adds up: {name}, edition {edition}",
    },
}


class Unreadable(Exception):
    """The file is not a protocol; carries the name of a text and its values."""

    def __init__(self, text: str, **values: object) -> None:
        self.text, self.values = text, values
        super().__init__(text)


def read_protocol(path: Path) -> dict[str, Any]:
    """The protocol in the file. Raises Unreadable: no file, no JSON, a name written twice, a float, another schema."""
    try:
        content = json.loads(
            path.read_bytes().decode(), object_pairs_hook=_without_repeats, parse_float=_refuse, parse_constant=_refuse
        )
    except OSError as error:
        raise Unreadable("not_found") from error
    except RecursionError as error:
        raise Unreadable("too_deep") from error
    except ValueError as error:
        raise Unreadable("not_json") from error
    if not isinstance(content, dict) or content.get("schema") not in SCHEMAS:
        raise Unreadable("not_protocol", schema=SCHEMA)
    return content


def verify(protocol: dict[str, Any], lang: str = "ru") -> tuple[int, list[str]]:
    """Exit code and the lines to print."""
    texts = TEXTS[lang]
    lines: list[str] = []
    code = 0
    try:
        wrong = check_digest(protocol)
        lines.append(texts["digest"].format(digest=wrong.computed if wrong else protocol["digest"]))
    except (RuleBroken, RecursionError) as error:
        return 1, [texts["broken"].format(path="digest", computed=error)]
    if wrong is not None:
        code = 1
        lines.append(texts["wrong_digest"].format(stated=wrong.stated, computed=wrong.computed))
    differences = recompute(protocol)
    if differences:
        first = differences[0]
        text = texts["differs"] if first.stated else texts["broken"]
        lines.append(text.format(path=first.path, stated=first.stated, computed=first.computed))
        if len(differences) > 1:
            lines.append(texts["more"].format(count=len(differences)))
        return 1, lines
    lines += _summary(protocol, texts)
    if code == 0:
        contest = protocol["contest"]
        lines.append(texts["right"].format(name=contest["name"], edition=contest["edition"]))
    return code, lines


def main(argv: Sequence[str] | None = None) -> int:
    """Entry of `python -m tosportal.verify`."""
    parser = argparse.ArgumentParser(prog="python -m tosportal.verify", description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--lang", choices=sorted(TEXTS), default="ru")
    options = parser.parse_args(argv)
    try:
        protocol = read_protocol(options.file)
    except Unreadable as error:
        texts = TEXTS[options.lang]
        reason = texts[error.text].format(**error.values)
        print(f"{options.file}: {texts['unreadable'].format(reason=reason)}", file=sys.stderr)
        return 2
    code, lines = verify(protocol, options.lang)
    print("\n".join(lines))
    return code


def _summary(protocol: dict[str, Any], texts: dict[str, str]) -> list[str]:
    applications, sums = protocol["applications"], protocol["sums"]
    outcomes = Counter(row["outcome"] for row in protocol["results"])
    awarded, fund, remainder = (
        format_roubles(Decimal(sums[name])) for name in ("awarded_sum", "fund_sum", "remainder_sum")
    )
    named = [row for row in protocol["results"] if "recommended" in row]
    other = sum(row["award_sum"] != row["recommended"]["award_sum"] for row in named)
    return [
        texts["counts"].format(
            applications=len(applications),
            refused=len(protocol["not_admitted"]),
            jurors=len({juror for one in applications for juror in one["marks"]}),
            marks=sum(len(sheet) for one in applications for sheet in one["marks"].values()),
        ),
        texts["outcomes"].format(**{name: outcomes[name] for name in ("winner", "partial", "reserve")}),
        texts["sums"].format(awarded=awarded, fund=fund, remainder=remainder),
        *([texts[protocol["awarding"]["sums_by"]].format(count=len(named), other=other)] if named else []),
    ]


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for name, value in pairs:
        if name in content:
            raise Unreadable("repeated", name=name)
        content[name] = value
    return content


def _refuse(value: str) -> Any:
    raise Unreadable("float", value=value[:40])


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    sys.exit(main())
