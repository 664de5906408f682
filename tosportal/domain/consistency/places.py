"""Where a finding stands, so that a person finds the cell: its address and what the row and the column say."""

import re
from collections.abc import Mapping
from typing import Any

from tosportal.domain.consistency.cells import YEAR, by_path, mapping, text

_TOKEN = re.compile(r"([^.\[\]]+)(?:\[([^\]]*)\])?")
_LONGEST = 70
NAMES = {
    "amount": "сумма затрат",
    "unit_cost": "стоимость единицы",
    "quantity": "количество",
    "total": "всего",
    "unit": "единица измерения",
    "unit_printed": "единица измерения",
    "regional": "областной бюджет",
    "local": "местный бюджет",
    "municipal": "бюджет муниципального образования",
    "federal": "федеральный бюджет",
    "settlement": "бюджеты поселений",
    "extrabudget": "внебюджетные источники",
    "programme_totals": "итого по программе",
    "task_totals": "итого по задаче",
    "passport": "паспорт",
    "funding": "объёмы финансирования",
    "targets": "целевое значение",
    "weight_column_value": "графа «вес»",
    "expected_result_text": "ожидаемый результат в тексте",
    "methodology": "методика расчёта",
    "formula_printed": "формула",
    "variables": "переменная",
    "approval": "гриф утверждения",
    "title_block": "титул",
    "appendix_blocks": "гриф приложения",
    "goal": "цель",
    "tasks": "задача",
    "indicators": "показатель",
    "activities": "мероприятие",
    "sections": "раздел",
    "paragraphs": "абзац",
    "task": "задача",
    "executors": "исполнители",
    "expected_result": "ожидаемый результат",
    "term": "сроки реализации",
    "stages": "этапы",
    "name": "название",
    "date": "дата",
    "number": "номер",
    "derived_totals": "выведенный итог",
    "sources_labels_printed": "названия источников",
    "legal_acts": "правовой акт",
    "participants": "участник",
    "printed_extra_rows": "лишняя строка",
    "state_programme": "государственная программа",
    "development_decree": "акт о разработке",
    "title_printed": "заголовок",
    "rows_printed": "строки",
    "head": "руководитель",
    "developers": "разработчики",
    "result": "результат формулы",
    "symbol_printed": "обозначение",
    "information_source": "источник информации",
    "indicator_name_printed": "название показателя",
    "note_printed": "примечание",
    "printed_lines": "строка",
    "funding_printed": "объёмы финансирования, строка",
    "section": "название в разделе",
    "statement": "формулировка",
    "expected_result_passport": "ожидаемый результат в паспорте",
    "name_appendix": "название в приложении",
    "name_appendix1": "название в приложении 1",
    "name_appendix2": "название в приложении 2",
    "name_passport": "название в паспорте",
    "name_section": "название в разделе",
    "name_section3": "название в разделе III",
    "name_table1": "название в таблице 1",
    "number_appendix": "номер в приложении",
    "appendix": "номер",
    "indicator_names": "перечень показателей",
    "short": "сокращение",
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
