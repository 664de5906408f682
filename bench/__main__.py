"""`python -m bench`: the heaviest pages beside a constant Flask page of the same size, from the same server.

Both are asked in turns, several rounds, so that whatever else the machine does falls on both. The ratio is what counts;
absolute numbers belong to the machine.
"""

import argparse
import os
import platform
import tempfile
from pathlib import Path

from bench.importing import import_steps, import_table
from bench.measuring import Measured, look_at, one_turn, start_server
from bench.programmes import LARGE, MEASURED_YEAR, PROGRAMMES, SMALL, add_programmes
from bench.results import write_chapter
from bench.rows import add_contests, add_toses
from bench.server import CONSTANT
from tosportal import create_app, demo
from tosportal.config import Settings
from tosportal.demo.people import JURORS, SECRETARY, DemoPerson
from tosportal.demo.stages import Stage
from tosportal.support.db import db

SLUG = "change-the-world"
PAGES: tuple[tuple[str, str, DemoPerson | None], ...] = (
    ("Реестр ТОС", "/tos", None),
    ("Список конкурсов", "/contests", None),
    ("Доска эксперта", f"/jury/{SLUG}", JURORS[0]),
    ("Заявки у секретаря", f"/office/contests/{SLUG}/applications", SECRETARY),
    ("Рейтинг и решение", f"/office/contests/{SLUG}/ranking", SECRETARY),
    ("Итоги", f"/contests/{SLUG}/results", None),
)
# Of a programme of ten years with sixty indicators, and of one of three years with six: `{}` is its short name.
YEAR = f"/programme/{{}}/years/{MEASURED_YEAR}"
PROGRAMME_PAGES: tuple[tuple[str, str, DemoPerson | None], ...] = (
    ("Обзор программы", f"/programme/{{}}/dashboard?year={MEASURED_YEAR}", None),
    ("Обзор, у секретаря", f"/programme/{{}}/dashboard?year={MEASURED_YEAR}", SECRETARY),
    ("Год программы", YEAR, None),
    ("Отчёт за год, JSON", f"{YEAR}/report.json", None),
    ("Отчёт за год, XLSX", f"{YEAR}/report.xlsx", None),
    ("Отчёт за год, DOCX", f"{YEAR}/report.docx", None),
    ("Чего не хватает в отчёте", f"/office/programme/{{}}/quarters/{MEASURED_YEAR}/4", SECRETARY),
    ("Показатели", f"/indicators?programme={{}}&year={MEASURED_YEAR}", None),
)
MOST_QUERIES = 12
HOST = "127.0.0.1"


def table(measured: list[Measured]) -> list[str]:
    """Rows of Markdown."""
    columns = (
        "Страница", "КБ", "Запросов к базе", "Ответов в секунду", "У постоянной", "Доля", "ЦП, мс", "У постоянной, мс",
        "Отношение",
    )  # fmt: skip
    lines = ["| " + " | ".join(columns) + " |", "|---" + "|--:" * (len(columns) - 1) + "|"]
    for one in measured:
        rate, constant_rate = one.middle("portal", 0), one.middle("constant", 0)
        cost, constant_cost = one.middle("portal", 1), max(one.middle("constant", 1), 0.001)
        lines.append(
            f"| {one.name} | {one.size / 1024:.0f} | {one.queries} | {rate:.0f} | {constant_rate:.0f} "
            f"| {rate / constant_rate:.3f} | {cost:.2f} | {constant_cost:.2f} | {cost / constant_cost:.1f} |"
        )
    return lines


def programme_table(measured: list[Measured], small: list[Measured]) -> list[str]:
    """Rows of Markdown: each page of the large programme, its queries and those of the small one."""
    columns = (
        "Страница", "КБ", "Запросов", "КБ у малой", "Запросов у малой", "ЦП, мс", "У постоянной, мс", "Отношение",
    )  # fmt: skip
    lines = ["| " + " | ".join(columns) + " |", "|---" + "|--:" * (len(columns) - 1) + "|"]
    for one, less in zip(measured, small, strict=True):
        cost, constant_cost = one.middle("portal", 1), max(one.middle("constant", 1), 0.001)
        lines.append(
            f"| {one.name} | {one.size / 1024:.0f} | {one.queries} | {less.size / 1024:.0f} | {less.queries} "
            f"| {cost:.2f} | {constant_cost:.2f} | {cost / constant_cost:.1f} |"
        )
    many = [f"{one.name} ({one.queries})" for one in (*measured, *small) if one.queries > MOST_QUERIES]
    return [*lines, "", f"Больше {MOST_QUERIES} запросов: {', '.join(many) or 'нигде'}."]


def main() -> None:
    """Make the database, start the server, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Скорость страниц рядом с постоянной.")
    parser.add_argument("--applications", type=int, default=1000, metavar="N", help="заявок в конкурсе")
    parser.add_argument("--rows", type=int, default=1000, metavar="N", help="ТОС и конкурсов сверх примера")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="сколько кругов")
    parser.add_argument("--seconds", type=float, default=2.0, metavar="N", help="сколько секунд каждый замер")
    parser.add_argument("--write", action="store_true", help="записать таблицу в bench/RESULTS.md")
    options = parser.parse_args()
    seconds = options.seconds
    with tempfile.TemporaryDirectory(prefix="tosportal-bench-") as folder:
        environment = os.environ | {"INSTANCE_PATH": folder, "DATABASE_URL": "", "STORAGE_URL": "", "QUEUE_URL": ""}
        app = create_app(Settings(instance_path=folder, database_url="", storage_url="", queue_url=""))
        app.config["SERVER_NAME"] = None
        print(
            f"База: {options.applications} заявок, {options.rows} ТОС и столько же конкурсов сверх примера…", flush=True
        )
        with app.app_context():
            demo.load(Stage.PUBLISHED, applications=options.applications)
            add_toses(options.rows)
            add_contests(SLUG, options.rows)
            add_programmes()
        steps = import_steps(app, options.rounds)
        measured = [look_at(app, *page) for page in PAGES]
        large, small = (
            [look_at(app, name, path.format(slug), who) for name, path, who in PROGRAMME_PAGES]
            for slug in (LARGE, SMALL)
        )
        with app.app_context():
            db.engine.dispose()
        server, port = start_server(environment, Path(folder) / "log")
        try:
            for one in (*measured, *large):  # warm both
                one_turn(server, port, one.path, cookie=one.cookie, size=one.size, seconds=0.5)
            for number in range(options.rounds):
                print(f"Круг {number + 1} из {options.rounds}…", flush=True)
                for one in (*measured, *large):
                    one.portal.append(
                        one_turn(server, port, one.path, cookie=one.cookie, size=one.size, seconds=seconds)
                    )
                    address = f"{CONSTANT}/{one.size}"
                    one.constant.append(one_turn(server, port, address, size=one.size, seconds=seconds))
        finally:
            server.terminate()
            server.wait(timeout=20)
    lines = [
        *table(measured), "",
        "## Программа", "",
        f"Программ {PROGRAMMES}, в каждой 10 лет, 60 показателей, 30 мероприятий; у малой 3 года, 6 показателей, "
        "6 мероприятий. Запросов не больше 12 и не больше, чем у малой.", "",
        *programme_table(large, small), "",
        "## Загрузка программы из Word", "",
        "Файл tests/data/programme-ordynsky.docx; разбор XML — тот же файл той же библиотекой (expat), и больше "
        "ничего.", "",
        *import_table(steps),
    ]  # fmt: skip
    print("\n".join(lines))
    if options.write:
        write(lines, options)


def write(lines: list[str], options: argparse.Namespace) -> None:
    """The table with what it was measured on, into RESULTS.md."""
    about = [
        "`make bench` повторяет замер. Доля и отношение важнее самих чисел: те зависят от машины.",
        "",
        f"- Python {platform.python_version()}, процессоров {os.cpu_count()}, SQLite, granian: два процесса.",
        f"- Заявок {options.applications}; ТОС и конкурсов сверх примера по {options.rows}; четыре соединения.",
        f"- Медиана кругов: {options.rounds}, по {options.seconds:g} с; портал и постоянная страница по очереди.",
        f"- Средняя загрузка машины за минуты замера: {os.getloadavg()[1]:.1f}; сам замер занимает около трёх.",
        "",
    ]
    write_chapter("Скорость страниц", [*about, *lines])


if __name__ == "__main__":
    main()
