"""Names of people as lists show them."""

NBSP = "\u00a0"


def initials(full_name: str) -> str:
    """The surname and the initials, never broken between lines; what has no initials is shown as it is.

    >>> initials("Иванова Мария Петровна")
    'Иванова\\xa0М.\\xa0П.'
    >>> initials("  Римский-Корсаков   николай ")
    'Римский-Корсаков\\xa0Н.'
    >>> initials("Мадонна"), initials("")
    ('Мадонна', '')

    Basis: design, words, names: «в списках „Иванова М. П.“, без разрыва строки».
    """
    surname, *others = full_name.split() or [""]
    return NBSP.join([surname, *(f"{other[0].upper()}." for other in others)])
