"""Where a finding stands, so that a person finds the cell: its address and what the row and the column say."""

import re
from collections.abc import Mapping
from typing import Any

from tosportal.domain.consistency.cells import YEAR, by_path, mapping, text
from tosportal.domain.errors import N_

_TOKEN = re.compile(r"([^.\[\]]+)(?:\[([^\]]*)\])?")
_LONGEST = 70
NAMES = {
    "amount": N_("сумма затрат"),
    "unit_cost": N_("стоимость единицы"),
    "quantity": N_("количество"),
    "total": N_("всего"),
    "unit": N_("единица измерения"),
    "unit_printed": N_("единица измерения"),
    "regional": N_("областной бюджет"),
    "local": N_("местный бюджет"),
    "municipal": N_("бюджет муниципального образования"),
    "federal": N_("федеральный бюджет"),
    "settlement": N_("бюджеты поселений"),
    "extrabudget": N_("внебюджетные источники"),
    "programme_totals": N_("итого по программе"),
    "task_totals": N_("итого по задаче"),
    "passport": N_("паспорт"),
    "funding": N_("объёмы финансирования"),
    "targets": N_("целевое значение"),
    "weight_column_value": N_("графа «вес»"),
    "expected_result_text": N_("ожидаемый результат в тексте"),
    "expected_result_again": N_("ожидаемый результат, названный в тексте ещё раз"),
    "methodology": N_("методика расчёта"),
    "formula_printed": N_("формула"),
    "variables": N_("переменная"),
    "approval": N_("гриф утверждения"),
    "title_block": N_("титул"),
    "appendix_blocks": N_("гриф приложения"),
    "goal": N_("цель"),
    "tasks": N_("задача"),
    "indicators": N_("показатель"),
    "activities": N_("мероприятие"),
    "sections": N_("раздел"),
    "paragraphs": N_("абзац"),
    "task": N_("задача"),
    "executors": N_("исполнители"),
    "expected_result": N_("ожидаемый результат"),
    "term": N_("сроки реализации"),
    "stages": N_("этапы"),
    "name": N_("название"),
    "date": N_("дата"),
    "number": N_("номер"),
    "derived_totals": N_("выведенный итог"),
    "sources_labels_printed": N_("названия источников"),
    "legal_acts": N_("правовой акт"),
    "participants": N_("участник"),
    "printed_extra_rows": N_("лишняя строка"),
    "state_programme": N_("государственная программа"),
    "development_decree": N_("акт о разработке"),
    "title_printed": N_("заголовок"),
    "rows_printed": N_("строки"),
    "head": N_("руководитель"),
    "developers": N_("разработчики"),
    "result": N_("результат формулы"),
    "symbol_printed": N_("обозначение"),
    "information_source": N_("источник информации"),
    "indicator_name_printed": N_("название показателя"),
    "note_printed": N_("примечание"),
    "printed_lines": N_("строка"),
    "funding_printed": N_("объёмы финансирования, строка"),
    "section": N_("название в разделе"),
    "statement": N_("формулировка"),
    "expected_result_passport": N_("ожидаемый результат в паспорте"),
    "name_appendix": N_("название в приложении"),
    "name_appendix1": N_("название в приложении 1"),
    "name_appendix2": N_("название в приложении 2"),
    "name_passport": N_("название в паспорте"),
    "name_section": N_("название в разделе"),
    "name_section3": N_("название в разделе III"),
    "name_table1": N_("название в таблице 1"),
    "number_appendix": N_("номер в приложении"),
    "appendix": N_("номер"),
    "indicator_names": N_("перечень показателей"),
    "short": N_("сокращение"),
}


def short(words: str) -> str:
    """A long name cut for a message."""
    return words if len(words) <= _LONGEST else words[: _LONGEST - 1].rstrip() + "…"


class Atlas:
    """Places of one document. `places` gives the cell in the original file by path («таблица 3, строка 14, графа 5»);
    without it the address is the path itself."""

    def __init__(self, data: Mapping[str, Any], places: Mapping[str, str]) -> None:
        self.places = places
        self._inside: dict[str, str] = {}
        for path, place in places.items():
            for end in (found.start() for found in re.finditer(r"[.\[]|$", path)):
                self._inside.setdefault(path[:end], place)
        self._inside |= places
        self.rows = {
            path: row for name in ("indicators", "activities", "tasks") for path, row in by_path(name, data.get(name))
        }
        self.sources = {key: text(one) for key, one in mapping(data.get("sources_of_funding")).items() if text(one)}

    def address(self, path: str) -> str:
        """The cell in the original file; for a whole row or a blank, the first known cell of it. The path itself when
        the document came from no file; nothing when the file is known and the place is not."""
        if not self.places:
            return path
        part = path
        while part:
            if part in self._inside:
                return self._inside[part]
            cut = max(part.rfind("."), part.rfind("["))
            part = part[:cut] if cut > 0 else ""
            if part and not re.search(r"[.\[]", part):
                return ""  # any cell of the whole passport says nothing
        return ""

    def words(self, path: str) -> str:
        """What the cell is, by its row and column: «мероприятие «День соседей», местный бюджет, 2025 год»."""
        said = []
        for name, key in _TOKEN.findall(path):
            if name in {"rub", "value", "by_year", "sources", "printed"}:
                continue
            word = self.sources.get(name) or NAMES.get(name, name)
            if YEAR.fullmatch(name):
                word = f"{name} год" if len(name) == 4 else f"{name} годы"
            elif name.startswith("appendix") and name[8:].isdigit():
                word = f"приложение {name[8:]}"
            said.append(f"{word} {self._row(name, key)}".strip() if key else word)
        return ", ".join(said)

    def _row(self, name: str, key: str) -> str:
        row = self.rows.get(f"{name}[{key}]")
        if row is None:
            return str(int(key) + 1) if key.isdigit() else key
        label = text(str(row.get("number_appendix") or row.get("number") or ""))
        return f"{label} «{short(text(row.get('name')))}»".strip()

    def task(self, code: str) -> str:
        """The number of a task, or its id when it has none."""
        row = self.rows.get(f"tasks[{code}]")
        return str(row.get("number") or code) if row else code

    def title(self, path: str) -> str:
        """The name of the row at a path in quotes, short."""
        row = self.rows.get(path)
        return f"«{short(text(row.get('name')))}»" if row else self.words(path)

    def of(self, *paths: str) -> str:
        """The places of several cells, each with its address and its words."""
        return "; ".join(self._place(self.address(path), self.words(path)) for path in paths)

    @staticmethod
    def _place(address: str, words: str) -> str:
        return f"{address} ({words})" if address else words
