"""A made-up programme of another district as Word and Excel files: money of every budget, units of every kind.

It is laid out as many are: the source in a column of its own, years in the header, sums in thousands of roubles.
"""

import io
from decimal import Decimal

import docx
import openpyxl

NAME = "Муниципальная программа «Дороги и дворы Приречного района» на 2027–2028 годы"
SUMS = {
    "1.1": {
        "federal": ("Средства федерального бюджета", "1 200,5", "800,0"),
        "regional": ("Средства областного бюджета", "400,25", "300,0"),
        "local": ("Средства бюджета муниципального района", "100,0", "90,10"),
        "settlement": ("Средства бюджетов сельских поселений", "50,05", "45,0"),
    },
    "2.1": {
        "federal": ("Средства федерального бюджета", "0,0", "–"),
        "settlement": ("Средства бюджетов сельских поселений", "12,5", "10,0"),
        "extrabudget": ("Внебюджетные источники", "3,0", "2,5"),
    },
}
ACTIVITIES = {
    "1.1": ("1.1. Ремонт дорог к сёлам", "км", "2,5", "3"),
    "2.1": ("2.1. Обустройство дворов", "дворов", "4", "5"),
}
TASKS = {"1.1": "Задача 1. Ремонт дорог", "2.1": "Задача 2. Дворы жителей"}
UNITS = {
    "км": "other",
    "м²": "other",
    "семей": "other",
    "баллов": "other",
    "случаев на 100 тыс. населения": "per_100k_population",
    "тыс. чел.": "other",
    "%": "percent",
    "единиц": "unit",
    "чел.": "person",
}


def thousands(text: str) -> Decimal:
    """Roubles of a printed sum in thousands."""
    return Decimal(text.replace(" ", "").replace(",", ".")) * 1000 if text[0].isdigit() else Decimal(0)


def shown(value: Decimal) -> str:
    return f"{value / 1000:.2f}".replace(".", ",")


def whole(code: str | None = None) -> list[Decimal]:
    """What an activity, or all of them, cost in each of the two years."""
    rows = [row for one, rows in SUMS.items() if code in (None, one) for row in rows.values()]
    return [sum((thousands(row[year]) for row in rows), Decimal(0)) for year in (1, 2)]


def by_source() -> dict[str, tuple[str, list[Decimal]]]:
    found: dict[str, tuple[str, list[Decimal]]] = {}
    for rows in SUMS.values():
        for source, (label, *years) in rows.items():
            before = found.get(source, (label, [Decimal(0)] * 2))[1]
            found[source] = (label, [one + thousands(text) for one, text in zip(before, years, strict=True)])
    return found


def passport() -> list[list[str]]:
    lines = [f"Всего – {shown(sum(whole(), Decimal(0)))} тыс. рублей, в том числе:"]
    for label, years in by_source().values():
        first, second = map(shown, years)
        both = shown(sum(years, Decimal(0)))
        lines += [f"{label} – {both} тыс. рублей, в том числе:", f"2027 год – {first} тыс. рублей;"]
        lines += [f"2028 год – {second} тыс. рублей."]
    return [
        ["Наименование программы", "«Дороги и дворы Приречного района»"],
        ["Цель программы", "Удобная жизнь в Приречном районе"],
        ["Задачи программы", "1. Ремонт дорог;\n2. Дворы жителей."],
        ["Ответственный исполнитель", "Управление хозяйства"],
        ["Срок реализации", "2027–2028 годы"],
        ["Объёмы финансирования", "\n".join(lines)],
    ]


def indicators() -> list[list[str]]:
    rows = [["№ п/п", "Наименование показателя", "Единица измерения", "2027 год", "2028 год"]]
    for task, said in ((1, "Задача 1. Ремонт дорог"), (2, "Задача 2. Дворы жителей")):
        rows.append(["", said, "", "", ""])
        units = list(UNITS)[:4] if task == 1 else list(UNITS)[4:]
        for number, unit in enumerate(units, 1):
            name = f"Показатель «{chr(1040 + 5 * task + number)}» задачи {task}"
            rows.append([f"{task}.{number}", name, unit, f"{number}0,5", f"{number + 1}0,5"])
    return rows


def activities() -> list[list[str]]:
    rows = [["Наименование мероприятия", "Показатель", "Ед. изм.", "2027 год", "2028 год", "Итого", "Исполнитель"]]
    money = "тыс. руб."
    for code, sources in SUMS.items():
        name, unit, *quantities = ACTIVITIES[code]
        rows.append([TASKS[code], "", "", "", "", "", ""])
        rows.append([name, "Количество", unit, *quantities, "", "Управление хозяйства"])
        totals = whole(code)
        rows.append(["", "Сумма затрат, в том числе:", money, *map(shown, [*totals, sum(totals, Decimal(0))]), ""])
        for label, *years in sources.values():
            both = shown(sum(map(thousands, years), Decimal(0)))
            rows.append(["", label, money, *years, both, ""])
    return rows


def summary() -> list[list[str]]:
    rows = [["Источники финансирования, тыс. рублей", "2027 год", "2028 год"], ["Всего", *map(shown, whole())]]
    return rows + [[label, *map(shown, years)] for label, years in by_source().values()]


TABLES = (
    ("ПАСПОРТ", passport),
    ("Показатели программы", indicators),
    ("Перечень мероприятий", activities),
    ("Сводные затраты", summary),
)


def word_file() -> bytes:
    document = docx.Document()
    document.add_paragraph(NAME)
    for heading, make in TABLES:
        document.add_paragraph(heading)
        rows = make()
        table = document.add_table(len(rows), len(rows[0]))
        for row, texts in enumerate(rows):
            for column, text in enumerate(texts):
                table.cell(row, column).text = text
            if texts[0].startswith("Задача"):
                table.cell(row, 0).merge(table.cell(row, len(texts) - 1))
        _merge_names(table, rows)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _merge_names(table, rows: list[list[str]]) -> None:
    """An activity is named once, beside all its rows."""
    if rows[0][0] != "Наименование мероприятия":
        return
    starts = [number for number, row in enumerate(rows) if row[1] == "Количество"]
    for start in starts:
        last = start
        while last + 1 < len(rows) and not rows[last + 1][0]:
            last += 1
        table.cell(start, 0).merge(table.cell(last, 0)).text = rows[start][0]


def excel_file() -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for heading, make in TABLES:
        sheet = book.create_sheet(heading[:31])
        sheet.append([NAME if heading == "ПАСПОРТ" else heading])
        for row in make():
            sheet.append([number(text) for text in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def number(text: str) -> object:
    """Sums are numbers in Excel."""
    bare = text.replace(" ", "").replace(",", ".")
    return float(bare) if bare.replace(".", "", 1).isdigit() and "," in text else text
