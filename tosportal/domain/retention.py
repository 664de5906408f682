"""How long what is kept: classes of data, from which event their term runs, on what basis, what happens at its end."""

from dataclasses import dataclass
from datetime import datetime

from tosportal.domain.errors import N_, Remark, RuleBroken

LEAST, MOST = 1, 1200  # months
LONGEST_BASIS = 500
LEAVING_DAYS = 14  # between asking to delete an account and its deletion: time to think better of it
ARCHIVE_DAYS = 3  # how long an archive of own data can be fetched


@dataclass(frozen=True)
class RetentionClass:
    """What is kept, `since` which event, for how many months unless the district says otherwise, and what follows."""

    code: str
    what: str
    since: str
    months: int
    follows: str
    basis: str


CLASSES: tuple[RetentionClass, ...] = (
    RetentionClass(
        "sign_ins", N_("Входы в кабинет"), N_("конец входа"), 12, N_("удаляем"),
        N_("152-ФЗ, ст. 5 ч. 7: не дольше, чем нужно, чтобы разобраться со взломом"),
    ),
    RetentionClass(
        "unconfirmed", N_("Кабинеты без подтверждённой почты"), N_("регистрация"), 1, N_("обезличиваем"),
        N_("152-ФЗ, ст. 5 ч. 7: цель не достигнута"),
    ),
    RetentionClass(
        "email_changes", N_("Просьбы сменить адрес почты"), N_("просьба"), 1, N_("удаляем"),
        N_("152-ФЗ, ст. 5 ч. 7: адрес сменён или цель не достигнута"),
    ),
    RetentionClass(
        "invitations", N_("Приглашения помощникам ТОС"), N_("отправка письма"), 3, N_("удаляем"),
        N_("152-ФЗ, ст. 5 ч. 7: приглашение принято или цель не достигнута"),
    ),
    RetentionClass(
        "letters", N_("Письма портала"), N_("отправка письма"), 36, N_("удаляем"),
        N_("ГК РФ, ст. 196: срок исковой давности"),
    ),
    RetentionClass(
        "drafts", N_("Неотправленные черновики заявок и их файлы"), N_("начало черновика"), 12, N_("удаляем"),
        N_("152-ФЗ, ст. 5 ч. 7: заявка не подана"),
    ),
    RetentionClass(
        "applications", N_("Личные данные и закрытые файлы поданных заявок"),
        N_("публикация итогов или отмена конкурса"),
        60, N_("обезличиваем"), N_("Порядок хранения документов о субсидиях: не меньше 5 лет"),
    ),
    RetentionClass(
        "event_lists", N_("Списки участников событий"), N_("день события"), 36, N_("удаляем"),
        N_("До сдачи и проверки отчёта программы"),
    ),
    RetentionClass(
        "consents", N_("Согласия, которые больше не действуют"), N_("отзыв или конец срока"), 36, N_("удаляем"),
        N_("Срок согласия и три года: доказать, что данные обрабатывали законно"),
    ),
    RetentionClass(
        "looks", N_("Кто смотрел личные данные"), N_("просмотр"), 60, N_("удаляем"),
        N_("152-ФЗ, ст. 19: учёт доступа к персональным данным"),
    ),
)  # fmt: skip
BY_CODE = {one.code: one for one in CLASSES}


def months_before(now: datetime, months: int) -> datetime:
    """The moment so many calendar months ago; a day that month does not have is its last one.

    >>> from datetime import UTC
    >>> months_before(datetime(2026, 3, 31, 12, tzinfo=UTC), 1).isoformat()
    '2026-02-28T12:00:00+00:00'
    >>> months_before(datetime(2026, 1, 15, tzinfo=UTC), 12).year
    2025
    """
    year, month = divmod(now.year * 12 + now.month - 1 - months, 12)
    for day in range(now.day, 27, -1):
        try:
            return now.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    return now.replace(year=year, month=month + 1)


def check_term(months: int | None, basis: str) -> None:
    """A term is a number of months and has its basis. Raises RuleBroken."""
    remarks = []
    if months is None or not LEAST <= months <= MOST:
        remarks.append(Remark(N_("Укажите число месяцев от 1 до 1200"), place="months"))
    if not basis.strip():
        remarks.append(Remark(N_("Назовите основание: статью закона или акт"), place="basis"))
    elif len(basis) > LONGEST_BASIS:
        values = {"most": LONGEST_BASIS, "actual": len(basis)}
        remarks.append(Remark(N_("Не длиннее %(most)s знаков, сейчас %(actual)s"), values, "basis"))
    if remarks:
        raise RuleBroken(remarks)
