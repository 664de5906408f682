"""Tables and documents written down as lists of texts, and a made-up programme that is laid out unlike any other."""

from tosportal.domain.document_tables import Cell, Paragraph, SourceDocument, Table

LEFT, UP = "<", "^"  # merged with the cell to the left, with the cell above


def table(place: str, rows: list[list[str]], heading: str = "", *, continues: bool = False) -> Table:
    """A table from its texts; LEFT and UP merge a position with its neighbour."""
    origins: dict[tuple[int, int], tuple[int, int]] = {}
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            near = {LEFT: (row, column - 1), UP: (row - 1, column)}.get(text)
            origins[row, column] = origins[near] if near else (row, column)
    covers: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for position, origin in origins.items():
        covers.setdefault(origin, []).append(position)
    cells = []
    for (row, column), covered in sorted(covers.items()):
        rows_covered = max(one for one, _column in covered) - row + 1
        columns_covered = max(one for _row, one in covered) - column + 1
        cells.append(Cell(rows[row][column], row, column, rows_covered, columns_covered))
    return Table(place, heading, tuple(cells), len(rows), len(rows[0]), continues=continues)


def document(*items: Table | str) -> SourceDocument:
    """A text document from tables and paragraphs in their order."""
    order = tuple(
        Paragraph(one, f"абзац {number}") if isinstance(one, str) else one for number, one in enumerate(items, 1)
    )
    tables = tuple(one for one in order if isinstance(one, Table))
    return SourceDocument("docx", tables, tuple(one for one in order if isinstance(one, Paragraph)), order)


PASSPORT = table(
    "таблица 1",
    [
        ["Цели программы", "Чистые и безопасные дворы Заречного округа"],
        ["Задачи программы", "1. Благоустройство дворов;\n2. Обучение домовых советов."],
        ["Ответственный исполнитель программы", "Отдел благоустройства администрации (далее – Отдел)"],
        ["Соисполнители программы", "–"],
        ["Участники программы", "МКУ «Двор, сад» (далее – МКУ);\nдомовые советы"],
        ["Этапы и сроки реализации программы", "2027–2032 годы\nI этап – 2027 – 2029 годы\nII этап – 2030–2032 годы"],
        ["Показатели эффективности", "доля дворов, приведённых в порядок;\nчисло обученных членов домовых советов"],
        ["Объёмы и источники финансирования", "приведены в таблице"],
        ["Ожидаемые результаты", "увеличение доли дворов, приведенных в порядок\nснижение числа жалоб на дворы"],
        ["Полное название", "Муниципальная программа «Дворы Заречного округа»"],
    ],
    "ПАСПОРТ",
)
PASSPORT_MONEY = table(
    "таблица 2, вложенная в таблицу 1 (строка 8, графа 2)",
    [
        ["Год", "Итого, млн руб.", "Краевой бюджет", "Бюджет Заречного муниципального округа"],
        ["2027 год", "3,5", "2,5", "1,0"],
        ["2028 год", "3,0", "2,0", "1,0"],
        ["2029", "—", "–", "-"],
        ["Всего", "6,5", "4,5", "2,0"],
    ],
)
INDICATORS = table(
    "таблица 3",
    [
        ["Целевые показатели программы", LEFT, LEFT, LEFT, LEFT, LEFT],
        ["Плановые значения", LEFT, LEFT, "№ п/п", "Единица измерения", "Наименование показателя"],
        ["по годам и периодам", LEFT, LEFT, UP, UP, UP],
        ["2027 г.", "2028 г.", "2029–2032 гг.", UP, UP, UP],
        ["1", "2", "3", "4", "5", "6"],
        ["", "", "", "", "", "Цель: Чистые и безопасные дворы Заречного округа"],
        ["", "", "", "1", "", "Благоустройство дворов"],
        ["35,71", "42,87", "50,0", "1.1", "%", "Доля дворов, приведенных в порядок"],
        ["–", "1 200", "не менее 1 500", "1.2", "кв. м", "Площадь новых газонов"],
        ["", "", "", "2", "", "Обучение домовых советов"],
        ["0", "0", "0", "2.1", "ед. на 100 тыс. населения", "Жалобы на дворы"],
        ["10", "20", "30", "2.2", "чел.", "Число обученных членов домовых советов"],
    ],
    "Приложение № 1",
)
_ACTIVITY_HEADER = [
    ["Ожидаемый результат", "Мероприятие", "Исполнитель", "Источники финансирования", "Объём, тыс. рублей", LEFT, LEFT],
    [UP, UP, UP, UP, "Всего", "по годам", LEFT],
    [UP, UP, UP, UP, UP, "2027", "2028"],
]
ACTIVITIES = table(
    "таблица 4",
    [
        *_ACTIVITY_HEADER,
        ["Задача 1. Благоустройство дворов", LEFT, LEFT, LEFT, LEFT, LEFT, LEFT],
        ["Чистые дворы", "1.1. Ремонт дворов", "Отдел, МКУ «Двор, сад»", "Всего", "5 500,0", "3 000,0", "2 500,0"],
        [UP, UP, UP, "краевой бюджет", "4 500,0", "2 500,0", "2 000,0"],
        [UP, UP, UP, "бюджет округа", "1000,0", "500,0", "500,0"],
        ["", "Субсидия из краевого бюджета на газоны", "МКУ «Двор, сад»", "всего", "250, 05", "250, 05", "–"],
    ],
    "Перечень мероприятий программы",
)
ACTIVITIES_BROKEN = table(
    "таблица 5",
    [
        ["", "", "", "бюджет округа", "250, 05", "250, 05", "–"],
        ["", "Итого по задаче 1", "", "всего", "5 750,05", "3 250,05", "2 500,0"],
        *_ACTIVITY_HEADER,
        ["Задача 2. Обучение домовых советов", LEFT, LEFT, LEFT, LEFT, LEFT, LEFT],
        ["Знания", "2.1. Школа домового совета", "Отдел", "иные источники", "749, 95", "249,95", "500"],
        ["", "Всего по программе", "", "всего", "6 500,0", "3 500,0", "3 000,0"],
        ["", "", "", "краевой бюджет", "4 500,0", "2 500,0", "2 000,0"],
    ],
    "Продолжение таблицы",
    continues=True,
)
METHODS = table(
    "таблица 6",
    [
        ["Показатель", "Единица измерения", "Методика расчёта", "Источник информации"],
        [
            "Доля дворов, приведенных в порядок",
            "%",
            "Дд = Кп/Ко х 100, где:\n"
            "Кп – количество дворов, приведенных в порядок, на 1 января отчетного года (единиц);\n"
            "Ко – всего дворов по данным реестра дворов (единиц).",
            "Акты приёмки",
        ],
    ],
)
MADE_UP = (
    "УТВЕРЖДЕНА постановлением администрации Заречного округа",
    "от 05.11.2026 № 77-п",
    PASSPORT,
    PASSPORT_MONEY,
    "Реализация программы позволит достичь следующих результатов:",
    "увеличение доли дворов, приведенных в порядок:",
    "к 2028 году – 42,87 %;",
    "число обученных членов домовых советов увеличится до 30 человек к 2032 году.",
    INDICATORS,
    ACTIVITIES,
    ACTIVITIES_BROKEN,
    METHODS,
)
