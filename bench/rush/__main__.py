"""`python -m bench.rush`: both portals one after the other, what their people saw, and whether all is there."""

import argparse
import math
import os
import platform
import sys
from collections import Counter

from bench.results import write_chapter
from bench.rush.coming import Outcome, Plan, come
from bench.rush.serving import ENGINES, place

TITLE = "Наплыв в последние минуты приёма"
STEPS = {"documents": "страница файлов", "photo": "фото принято", "check": "проверка перед отправкой",
         "submit": "отправка", "receipt": "расписка"}  # fmt: skip
NAMES = {"sqlite": "SQLite и папка", "postgresql": "PostgreSQL и S3 (SeaweedFS)"}
SHOWN = 10


def at(times: list[float], share: float) -> float:
    """The time within which this share of answers came (nearest rank), in milliseconds."""
    return times[max(0, math.ceil(share * len(times)) - 1)] * 1000


def run(engine: str, plan: Plan) -> Outcome:
    """One portal in a place of its own."""
    print(f"{NAMES[engine]}: {plan.submissions} человек…", flush=True)
    with place(engine, with_s3=engine == "postgresql") as where:
        return come(where, plan)


def report(engine: str, done: Outcome) -> list[str]:
    """Lines of Markdown."""
    count = len(done.stories)
    ways = Counter(code for one in done.stories for _step, code in one.codes)
    troubles = [one for story in done.stories for one in story.troubles]
    late = max(one.late for one in done.stories)
    lines = [
        f"## {NAMES[engine]}", "",
        f"- Подано и принято: {sum(one.is_accepted for one in done.stories)} из {count} за {done.took:.0f} с "
        f"({count / done.took * 60:.0f} в минуту); лежит в базе: {done.proof.submissions}; "
        f"номера с 1 по {max((one.number or 0) for one in done.stories)} подряд.",
        f"- Ответов: {sum(ways.values())} ({', '.join(f'{code} — {ways[code]}' for code in sorted(ways))}); "
        f"обрывов и молчания: {len(troubles)}; ошибок в журнале сервера: {len(done.errors)}.",
        f"- Файлов в хранилище: {done.proof.files}, каждый прочитан и сверен.",
        f"- ЦП сервера на одного подавшего: {done.cpu / count * 1000:.0f} мс; больше всего ждал клиента: {late:.1f} с; "
        f"загрузка машины в эти минуты: {done.load:.1f}.",
        f"- Потеряно или удвоено: {'ничего' if done.is_whole else f'СБОЕВ {len(done.proof.faults)}'}.",
        "",
        "| Шаг | Ответов | p50, мс | p95, мс | p99, мс | Самый долгий, мс |",
        "|---|--:|--:|--:|--:|--:|",
    ]  # fmt: skip
    for step, words in STEPS.items():
        if times := done.times(step):
            lines.append(
                f"| {words} | {len(times)} | {at(times, 0.5):.0f} | {at(times, 0.95):.0f} | {at(times, 0.99):.0f} "
                f"| {times[-1] * 1000:.0f} |"
            )
    faults = [f"- СБОЙ: {one}" for one in done.proof.faults[:SHOWN]]
    return [*lines, "", *faults, *done.errors[:1], *troubles[:SHOWN], ""]


def main() -> None:
    """Both engines, or the one asked for; the exit code says whether anything was lost or doubled."""
    parser = argparse.ArgumentParser(prog="python -m bench.rush", description="Наплыв заявок: ничего не потеряно?")
    parser.add_argument("--submissions", type=int, default=2000, metavar="N", help="сколько человек подаёт")
    parser.add_argument("--minutes", type=float, default=5.0, metavar="N", help="за сколько минут они приходят")
    parser.add_argument("--photos", type=float, default=0.25, metavar="N", help="доля тех, кто ещё шлёт фото")
    parser.add_argument("--kilobytes", type=int, default=200, metavar="N", help="какого размера фото")
    parser.add_argument("--processes", type=int, default=2, metavar="N", help="сколько процессов клиентов")
    parser.add_argument("--clients", type=int, default=40, metavar="N", help="сколько клиентов в каждом")
    parser.add_argument("--engine", choices=ENGINES, action="append", help="только эта база")
    parser.add_argument("--write", action="store_true", help="записать в bench/RESULTS.md")
    options = parser.parse_args()
    plan = Plan(
        options.submissions, options.minutes, options.photos, options.kilobytes, options.processes, options.clients
    )
    outcomes = {engine: run(engine, plan) for engine in options.engine or ENGINES}
    about = [
        "`make rush` повторяет замер: портал запущен командой `flask serve`, люди — настоящие HTTP-клиенты в своих "
        "процессах на той же машине.", "",
        f"- Python {platform.python_version()}, процессоров {os.cpu_count()}; приходят за {options.minutes:g} мин; "
        f"у {options.photos:.0%} фото ({options.kilobytes} КБ) отправляется тогда же, у остальных уже приложено.",
        "- Каждый отправляет не один раз: треть нажимает дважды сразу, треть повторяет после ответа, у трети связь "
        "рвётся до ответа и они приходят снова.", "",
    ]  # fmt: skip
    lines = [line for engine, done in outcomes.items() for line in report(engine, done)]
    print("\n".join(lines))
    if options.write:
        write_chapter(TITLE, [*about, *lines])
    sys.exit(0 if all(one.is_whole for one in outcomes.values()) else 1)


if __name__ == "__main__":
    main()
