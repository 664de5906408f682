"""How an application is signed and sent, as the regulation chooses: what confirms it, who may send, what counts."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tosportal.domain.definition_reader import Reader
from tosportal.domain.errors import N_, Remark

WAYS: Mapping[str, str] = {
    "code": N_("Код из письма (простая электронная подпись)"),
    "scan": N_("Скан подписанной на бумаге заявки"),
    "sig": N_("Отдельный файл электронной подписи (.sig)"),
}
COUNTS: Mapping[str, str] = {"first": N_("Время первой отправки"), "last": N_("Время последней отправки")}
SIGNERS: Mapping[str, str] = {
    "anyone": N_("Любой, кто присоединён к ТОС"),
    "chair": N_("Только председатель ТОС"),
}
SEATS = ("chair", "member", "helper")
NAMES = ("ways", "rule_name", "rule", "counts", "resubmit", "signer")
# Places of the portal's own in an application: no code of a regulation has a dot.
PAPER_SLOT, SCAN_SLOT, SIG_SLOT, ORIGINAL_SLOT = ".paper", ".scan", ".sig", ".original"
SIGNING_SLOTS = frozenset({PAPER_SLOT, SCAN_SLOT, SIG_SLOT})
LONGEST_NAME, LONGEST_RULE = 300, 20_000


@dataclass(frozen=True)
class SubmissionRule:
    """`ways` empty: a press of the button sends, nothing more is asked.

    `rule_name` and `rule` are the title and the text of the district's rule on simple electronic signatures; `counts`
    says which of several sendings before the deadline decides between equal applications; with `resubmit` what was
    sent may be changed and sent again until the deadline.

    Basis: 63-ФЗ, art. 9 (a simple signature needs a rule or an agreement); DOMAIN 8.
    """

    ways: tuple[str, ...] = ()
    rule_name: str = ""
    rule: str = ""
    counts: str = "first"
    resubmit: bool = False
    signer: str = "anyone"

    def lets(self, seat: str, *, helpers_submit: bool = False) -> bool:
        """May somebody with this seat in the ТОС (chair, member, helper) send? A helper never signs: sends only where
        nothing is signed, the regulation leaves it to anyone and the ТОС has allowed it.

        >>> [SubmissionRule(signer="chair").lets(one) for one in SEATS]
        [True, False, False]
        >>> [SubmissionRule().lets(one) for one in SEATS], SubmissionRule().lets("helper", helpers_submit=True)
        ([True, True, False], True)
        >>> [SubmissionRule(("code",)).lets(one, helpers_submit=True) for one in SEATS]
        [True, True, False]
        """
        if seat == "helper":
            return helpers_submit and self.signer == "anyone" and not self.ways
        return self.signer == "anyone" or seat == "chair"

    @property
    def needs_paper(self) -> bool:
        """Is a PDF of the application made to be signed?"""
        return bool({"scan", "sig"} & set(self.ways))


AS_ALWAYS = SubmissionRule()


def read_submission_rule(reader: Reader, data: Mapping[str, Any], place: str = "submission") -> SubmissionRule:
    """The rule from its JSON; what is not there is as it always was."""
    reader.only(data, NAMES, place)
    ways = reader.codes(data, "ways", place)
    if set(ways) - set(WAYS):
        reader.defect(N_("Подписать можно только так: %(allowed)s"), f"{place}.ways", allowed=", ".join(WAYS))
        ways = ()
    name = reader.text(data, "rule_name", place, required=False)
    rule = reader.text(data, "rule", place, required=False)
    for text, code, most in ((name, "rule_name", LONGEST_NAME), (rule, "rule", LONGEST_RULE)):
        if len(text) > most:
            words = N_("Слишком длинно: %(actual)s знаков, можно не больше %(limit)s")
            reader.defect(words, f"{place}.{code}", actual=len(text), limit=most)
    return SubmissionRule(
        tuple(way for way in WAYS if way in ways),
        name,
        rule,
        reader.one_of(data, "counts", place, COUNTS) if "counts" in data else "first",
        reader.flag(data, "resubmit", place),
        reader.one_of(data, "signer", place, SIGNERS) if "signer" in data else "anyone",
    )


def submission_rule_to_json(rule: SubmissionRule, *, in_full: bool = False) -> dict[str, Any]:
    """The rule as JSON; unless `in_full`, what is as always is left out: nothing for a regulation that chooses nothing.

    >>> submission_rule_to_json(SubmissionRule()), submission_rule_to_json(SubmissionRule(("scan",), counts="last"))
    ({}, {'ways': ['scan'], 'counts': 'last'})
    """
    chosen = [name for name in NAMES if in_full or getattr(rule, name) != getattr(AS_ALWAYS, name)]
    values = {name: getattr(rule, name) for name in chosen}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def check_submission_rule(rule: SubmissionRule) -> list[Remark]:
    """What must be put right before the contest is announced: a code by e-mail is a signature only under a rule."""
    if "code" not in rule.ways:
        return []
    words = {
        "rule_name": N_("Назовите правила простой электронной подписи: кем и когда они утверждены"),
        "rule": N_("Напишите текст правил простой электронной подписи: его увидит каждый, кто подписывает"),
    }
    return [Remark(words[name], place=f"submission.{name}") for name in words if not getattr(rule, name).strip()]


def masked_email(address: str) -> str:
    """An address of which its owner knows it and nobody else learns it.

    >>> masked_email("anna.primerova@mail.ru"), masked_email("a@mail.ru"), masked_email("ёж@почта.рф")
    ('a•••a@mail.ru', 'a•••@mail.ru', 'ё•••ж@почта.рф')
    """
    name, _at, host = address.rpartition("@")
    return f"{name[:1]}•••{name[-1] if len(name) > 1 else ''}@{host}"


def code_from(typed: str) -> str:
    """The digits of a typed code, however it was spaced; whatever else was typed stays, and is wrong.

    >>> code_from(" 123-456 "), code_from("１２３ 456"), code_from("12345x")
    ('123456', '123456', '12345x')
    """
    text = unicodedata.normalize("NFKC", typed)
    return "".join(sign for sign in text if not sign.isspace() and sign not in "-–—")


def without_signing(files: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The files that are signed: all but the paper made for signing and the signatures themselves."""
    return [file for file in files if file["slot"] not in SIGNING_SLOTS]
