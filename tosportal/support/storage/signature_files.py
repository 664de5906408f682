"""Detached electronic signatures (CAdES, PKCS#7): what such a file says of itself. The portal keeps them.

It does not verify them: Russian signatures are made by ГОСТ algorithms and verified by certified programs. What can be
read without that is read: whose certificates lie in it, and, where the digest is an ordinary SHA, of which bytes it is.
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from typing import IO, Any

from asn1crypto import cms, x509

from tosportal.domain.errors import N_, Remark, RuleBroken

SIGNATURE_MAX = 1024 * 1024
SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")  # 1.2.840.113549.1.7.2
ARMOUR_BEGINS = re.compile(rb"\s*-----BEGIN (?:CMS|PKCS7|PKCS #7 SIGNED DATA|SIGNATURE)-----")
ARMOUR = re.compile(ARMOUR_BEGINS.pattern + rb"(.*?)-----END [^-]*-----\s*", re.DOTALL)
BASE64 = re.compile(rb"\s*MI[A-Za-z0-9+/\s]+=*\s*")
NAME_PARTS = ("2.5.4.3", "2.5.4.10", "2.5.4.4", "2.5.4.42")  # common name, organisation, surname, given names
ORDINARY = frozenset({"sha224", "sha256", "sha384", "sha512"})
MOST_SIGNERS, LONGEST_NAME = 20, 200
NOT_A_SIGNATURE = N_("Это не файл электронной подписи. Нужен отдельный файл .sig или .p7s, который сделала программа.")
WITH_CONTENT = N_(
    "Это присоединённая подпись: документ лежит внутри неё. "
    "Подпишите тот же PDF ещё раз, выбрав «отсоединённая подпись», и приложите новый файл."
)


@dataclass(frozen=True)
class SignatureFile:
    """Whom the certificates of the signers name, and the digests that were signed: (name of the algorithm, bytes)."""

    names: tuple[str, ...]
    digests: tuple[tuple[str, bytes], ...]

    def is_of(self, content: bytes) -> bool | None:
        """Was it made for exactly these bytes? None: made by an algorithm that the portal does not know (ГОСТ)."""
        verdicts = []
        for algorithm, digest in self.digests:
            if algorithm not in ORDINARY:
                return None
            verdicts.append(hashlib.new(algorithm, content).digest() == digest)
        return all(verdicts) if verdicts else None


def looks_like_signature(head: bytes) -> bool:
    """By its first bytes: DER or BER of signed data, or the same as text."""
    return (head[:1] == b"\x30" and SIGNED_DATA in head[:24]) or bool(ARMOUR_BEGINS.match(head) or BASE64.match(head))


def read_signature(stream: IO[bytes]) -> SignatureFile:
    """What the file says; RuleBroken when it is no signature, or carries the document within itself."""
    stream.seek(0)
    content = _bare(stream.read(SIGNATURE_MAX + 1))
    try:
        info = cms.ContentInfo.load(content)
        if info["content_type"].native != "signed_data":
            raise RuleBroken(Remark(NOT_A_SIGNATURE))
        signed = info["content"]
        if signed["encap_content_info"]["content"].contents:
            raise RuleBroken(Remark(WITH_CONTENT))
        signers = list(signed["signer_infos"])
        if not 1 <= len(signers) <= MOST_SIGNERS:
            raise RuleBroken(Remark(NOT_A_SIGNATURE))
        digests = [_digest_of(signer) for signer in signers]
        certificates = [one.chosen for one in signed["certificates"] or () if one.name == "certificate"]
        names = [_name_of(one) for one in certificates if len(certificates) == 1 or _is_of(one, signers)]
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise RuleBroken(Remark(NOT_A_SIGNATURE)) from error
    return SignatureFile(tuple(name for name in names if name), tuple(one for one in digests if one))


def check_signature(stream: IO[bytes]) -> None:
    """Raises RuleBroken as `read_signature`."""
    read_signature(stream)


def _bare(content: bytes) -> bytes:
    """The bytes of a signature that may have come as text."""
    armoured = ARMOUR.fullmatch(content)
    if armoured or BASE64.fullmatch(content):
        try:
            return base64.b64decode(b"".join((armoured[1] if armoured else content).split()), validate=True)
        except binascii.Error as error:
            raise RuleBroken(Remark(NOT_A_SIGNATURE)) from error
    return content


def _digest_of(signer: Any) -> tuple[str, bytes] | None:
    """The digest of the signed bytes among the signed attributes."""
    for attribute in signer["signed_attrs"] or ():
        if attribute["type"].native == "message_digest":
            return str(signer["digest_algorithm"]["algorithm"].native), bytes(attribute["values"][0].native)
    return None


def _is_of(certificate: x509.Certificate, signers: list[Any]) -> bool:
    """Does one of the signers name this certificate as its own?"""
    for signer in signers:
        sid = signer["sid"]
        if sid.name == "issuer_and_serial_number":
            if sid.chosen["serial_number"].native == certificate.serial_number:
                return True
        elif sid.chosen.native == certificate.key_identifier:
            return True
    return False


def _name_of(certificate: x509.Certificate) -> str:
    """«Иванова Анна Петровна, ТОС «Заря»»: only names, of all that a certificate knows of a person."""
    found: dict[str, str] = {}
    for part in certificate.subject.chosen:
        for pair in part:
            kind = pair["type"].dotted
            if kind in NAME_PARTS:
                found.setdefault(kind, " ".join(str(pair["value"].native).split())[:LONGEST_NAME])
    common, organisation, surname, given = (found.get(kind, "") for kind in NAME_PARTS)
    person = f"{surname} {given}".strip()
    return ", ".join(dict.fromkeys(text for text in (person or common, common if person else "", organisation) if text))
