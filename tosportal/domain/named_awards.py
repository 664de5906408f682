"""Awards beside sums: diplomas, thanks, titles, gifts, for places or for everybody who took part.

Basis: DOMAIN.md 3.1 (certificates to shops; places within groups), 3.11 (a valuable gift, a certificate), 4.1.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tosportal.domain.definition_reader import Reader
from tosportal.domain.errors import N_, Remark

AWARD_KINDS: Mapping[str, str] = {
    "diploma": N_("Диплом"),
    "thanks": N_("Благодарность"),
    "title": N_("Звание"),
    "gift": N_("Ценный подарок"),
}
NAMES = ("kind", "name", "first", "last")


@dataclass(frozen=True)
class NamedAward:
    """What is given for the places from `first` to `last` (None: `first` alone); without a place to all in the ranking.

    `name` is how the regulation calls it: «Диплом I степени», «Лучший ТОС».
    """

    kind: str
    name: str
    first: int | None = None
    last: int | None = None

    def is_for(self, place: int, *, has_passed: bool) -> bool:
        """Is it given for this place? A place wins nothing below the pass mark; thanks to all know no pass mark."""
        if self.first is None:
            return True
        return has_passed and self.first <= place <= (self.last or self.first)

    @property
    def places(self) -> Remark:
        """For whom it is, in words."""
        if self.first is None:
            return Remark(N_("всем участникам рейтинга"))
        if self.last is None or self.last == self.first:
            return Remark(N_("за %(place)s место"), {"place": self.first})
        return Remark(N_("за места с %(first)s по %(last)s"), {"first": self.first, "last": self.last})


def awards_of(awards: Iterable[NamedAward], place: int, *, has_passed: bool) -> list[str]:
    """The names of what is given for a place.

    >>> cup = NamedAward("title", "Лучший ТОС", 1)
    >>> thanks = NamedAward("thanks", "Благодарность главы")
    >>> [awards_of([cup, thanks], place, has_passed=True) for place in (1, 2)]
    [['Лучший ТОС', 'Благодарность главы'], ['Благодарность главы']]
    """
    return [one.name for one in awards if one.is_for(place, has_passed=has_passed)]


def read_named_award(reader: Reader, data: Mapping[str, Any], place: str) -> NamedAward:
    reader.only(data, NAMES, place)
    return NamedAward(
        reader.one_of(data, "kind", place, AWARD_KINDS),
        reader.text(data, "name", place),
        reader.whole(data, "first", place, least=1),
        reader.whole(data, "last", place, least=1),
    )


def named_award_to_json(one: NamedAward) -> dict[str, Any]:
    places = {name: value for name in ("first", "last") if (value := getattr(one, name)) is not None}
    return {"kind": one.kind, "name": one.name, **places}


def check_named_awards(awards: Iterable[NamedAward], place: str) -> list[Remark]:
    """Awards whose places cannot be."""
    words = N_("«%(name)s»: последнее место не раньше первого, и без первого его нет")
    return [
        Remark(words, {"name": one.name}, place)
        for one in awards
        if one.last is not None and (one.first is None or one.last < one.first)
    ]
