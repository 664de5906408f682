"""Numbers of organisations, people and accounts, each with its check digits."""

import re


def is_inn10(text: str) -> bool:
    """Ten digits with a right check digit.

    >>> is_inn10("5434112435"), is_inn10("7707083893"), is_inn10("7707083894"), is_inn10("0000000000")
    (False, True, False, False)

    Basis: issue, point 5 (ИНН and ОГРН checked by their digits): the weighted sum modulo 11, then modulo 10.
    """
    if not re.fullmatch(r"[0-9]{10}", text, re.ASCII) or not int(text):
        return False
    weights = (2, 4, 10, 3, 5, 9, 4, 6, 8)
    return sum(w * int(d) for w, d in zip(weights, text, strict=False)) % 11 % 10 == int(text[9])


def is_inn12(text: str) -> bool:
    """Twelve digits (a person) with two right check digits.

    >>> is_inn12("500100732259"), is_inn12("500100732258")
    (True, False)
    """
    if not re.fullmatch(r"[0-9]{12}", text, re.ASCII) or not int(text):
        return False
    weights = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
    first = sum(w * int(d) for w, d in zip(weights[1:], text, strict=False)) % 11 % 10
    second = sum(w * int(d) for w, d in zip(weights, text, strict=False)) % 11 % 10
    return (first, second) == (int(text[10]), int(text[11]))


def is_ogrn13(text: str) -> bool:
    """Thirteen digits with a right check digit.

    >>> is_ogrn13("1027700132195"), is_ogrn13("1027700132196")
    (True, False)
    """
    if not re.fullmatch(r"[1-9][0-9]{12}", text, re.ASCII):
        return False
    return int(text[:12]) % 11 % 10 == int(text[12])


def is_inn(text: str) -> bool:
    """The ИНН of an organisation (10 digits) or of a person (12).

    >>> is_inn("7707083893"), is_inn("500100732259"), is_inn("50010073225")
    (True, True, False)
    """
    return is_inn10(text) or is_inn12(text)


def is_ogrn(text: str) -> bool:
    """The ОГРН of an organisation (13 digits) or the ОГРНИП of an entrepreneur (15).

    >>> is_ogrn("1027700132195"), is_ogrn("304500116000157"), is_ogrn("304500116000158"), is_ogrn("1027700132196")
    (True, True, False, False)
    """
    if is_ogrn13(text):
        return True
    return bool(re.fullmatch(r"[1-9][0-9]{14}", text, re.ASCII)) and int(text[:14]) % 13 % 10 == int(text[14])


def is_kpp(text: str) -> bool:
    """Nine signs: four digits of the tax office, two of the reason (digits or Latin capitals), three of the number.

    >>> is_kpp("543301001"), is_kpp("5433AB001"), is_kpp("54330100")
    (True, True, False)
    """
    return bool(re.fullmatch(r"[0-9]{4}[0-9A-Z]{2}[0-9]{3}", text, re.ASCII))


def is_bik(text: str) -> bool:
    """Nine digits, in Russia beginning with 0, 1 (treasury) or 2 (members that are not banks).

    >>> is_bik("044525225"), is_bik("015004950"), is_bik("944525225"), is_bik("04452522")
    (True, True, False, False)
    """
    return bool(re.fullmatch(r"[012][0-9]{8}", text, re.ASCII))


def is_account(text: str, bik: str = "") -> bool:
    """Twenty digits; with the БИК of its bank also the check digit: weights 7, 1, 3 over 23 digits, a sum ending in 0.

    Before the account go the three last digits of the БИК; of a division of the Bank of Russia (its БИК ends in 000,
    001 or 002) a nought and the fifth and sixth digits.

    >>> is_account("40703810844070100123", "045004641"), is_account("40703810844070100124", "045004641")
    (True, False)
    >>> is_account("40702810900000002851")
    True
    """
    if not re.fullmatch(r"[0-9]{20}", text, re.ASCII):
        return False
    if not is_bik(bik):
        return True
    head = f"0{bik[4:6]}" if bik[6:] in {"000", "001", "002"} else bik[6:]
    return sum(int(digit) * (7, 1, 3)[place % 3] for place, digit in enumerate(head + text)) % 10 == 0
