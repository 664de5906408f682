"""Named selects of the trail of acts and of the outbox."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from tosportal.domain.errors import N_
from tosportal.domain.permissions import Scopes
from tosportal.support.audit import JournalEntry
from tosportal.support.db import db
from tosportal.support.notifications import Letter

ACTS: Mapping[str, str] = {
    "admission.checked": N_("Проверка заявки отмечена"),
    "application.admitted": N_("Заявка допущена"),
    "application.code_sent": N_("Код для подписания отправлен"),
    "application.code_wrong": N_("Введён неверный код подписания"),
    "application.correction_opened": N_("Внесённое с бумаги открыто для исправления"),
    "application.entered": N_("Внесена заявка с бумаги"),
    "application.erased": N_("Личные данные заявки удалены по сроку"),
    "archive.asked": N_("Человек попросил архив своих данных"),
    "leaving.asked": N_("Человек попросил удалить кабинет"),
    "leaving.cancelled": N_("Человек передумал удалять кабинет"),
    "leaving.done": N_("Кабинет удалён"),
    "person.anonymised": N_("Кабинет обезличен"),
    "retention.changed": N_("Срок хранения изменён"),
    "retention.kept": N_("Удалено или обезличено по сроку"),
    "application.edition_confirmed": N_("Подтверждены изменённые условия"),
    "application.edition_taken": N_("Заявка дополняется по новой редакции"),
    "application.file_attached": N_("Файл приложен"),
    "application.file_infected": N_("В файле найден вирус"),
    "application.file_removed": N_("Файл убран"),
    "application.frozen": N_("Содержание заявки закреплено"),
    "application.ready": N_("Председателю сообщили: готово к подписанию"),
    "application.refused": N_("Заявка не допущена"),
    "application.reopened": N_("Проверка заявки начата снова"),
    "application.resubmitted": N_("Исправленная заявка отправлена"),
    "application.returned": N_("Заявка возвращена на исправление"),
    "application.section_saved": N_("Раздел заявки сохранён"),
    "application.signed": N_("Заявка подписана"),
    "application.started": N_("Заявка начата"),
    "application.submitted": N_("Заявка отправлена"),
    "application.withdrawn": N_("Заявка отозвана"),
    "chair.corrected": N_("Срок председателя исправлен"),
    "chair.set": N_("Председатель записан"),
    "consent.given": N_("Согласие дано"),
    "consent.withdrawn": N_("Согласие отозвано"),
    "consent_text.published": N_("Текст согласия изменён"),
    "contacts.set": N_("Контакты ТОС записаны"),
    "calendar_feed.ended": N_("Закрыт адрес календаря"),
    "calendar_feed.made": N_("Выдан адрес календаря"),
    "contest.amended": N_("Положение изменено"),
    "contest.amendment_discarded": N_("Проект изменения убран"),
    "contest.amendment_saved": N_("Проект изменения сохранён"),
    "contest.announced": N_("Конкурс объявлен"),
    "contest.approved": N_("Итоги конкурса утверждены"),
    "contest.cancelled": N_("Конкурс отменён"),
    "contest.created": N_("Конкурс создан"),
    "contest.drafts_moved": N_("Черновики перешли на новую редакцию"),
    "contest.fund_chosen": N_("Фонд конкурса выбран"),
    "contest.published": N_("Итоги конкурса опубликованы"),
    "contest.regulation_saved": N_("Положение сохранено"),
    "decision.approved": N_("Решение утверждено"),
    "decision.prepared": N_("Решение подготовлено"),
    "decision.published": N_("Решение опубликовано"),
    "decision.returned": N_("Решение возвращено"),
    "demo.filled": N_("Пример загружен"),
    "event.confirmed": N_("Событие подтверждено"),
    "event.corrected": N_("Событие исправлено"),
    "event.entered": N_("Событие внесено"),
    "event.file_attached": N_("К событию приложен файл"),
    "event.file_removed": N_("Файл события убран"),
    "event.photo_captioned": N_("Фотография подписана"),
    "event.refused": N_("Событие не подтверждено"),
    "event.withdrawn": N_("Событие снято"),
    "deviation_reason.written": N_("Причина отклонения записана"),
    "indicator_fact.entered": N_("Значение показателя внесено"),
    "indicator_fact.frozen": N_("Значение показателя зафиксировано"),
    "indicator_passport.filled": N_("Паспорт показателя заполнен из редакции"),
    "indicator_passport.taken": N_("Паспорт показателя взят из редакции"),
    "indicator_passport.written": N_("Паспорт показателя записан"),
    "jury.conflict_declared": N_("Заявлен личный интерес"),
    "jury.invitation_cancelled": N_("Приглашение отменено"),
    "jury.invited": N_("Эксперт приглашён"),
    "jury.invited_again": N_("Приглашение послано снова"),
    "jury.joined": N_("Эксперт вошёл в жюри"),
    "jury.left": N_("Эксперт вышел из жюри"),
    "jury.no_conflict_declared": N_("Личного интереса нет"),
    "jury.reminded": N_("Эксперту послано напоминание"),
    "jury.sheet_saved": N_("Оценки сохранены"),
    "jury.sheet_signed": N_("Оценочный лист подписан"),
    "ledger.awards_posted": N_("Награды записаны в учёт программы"),
    "ledger_entry.recorded": N_("Запись учёта внесена"),
    "ledger_entry.taken_back": N_("Запись учёта взята обратно"),
    "letter_text.taken_out": N_("Письма снова пишутся прежним текстом"),
    "letter_text.written": N_("Текст письма изменён"),
    "link.asked": N_("Просьба о присоединении к ТОС"),
    "link.confirmed": N_("Присоединение подтверждено"),
    "link.declined": N_("В присоединении отказано"),
    "link.ended": N_("Присоединение прекращено"),
    "helper.invited": N_("Приглашён помощник ТОС"),
    "helper.invited_again": N_("Приглашение помощнику отправлено снова"),
    "helper.invitation_cancelled": N_("Приглашение помощнику отозвано"),
    "helper.joined": N_("Помощник ТОС принял приглашение"),
    "tos.helpers_set": N_("Задано, что можно помощникам ТОС"),
    "municipality.added": N_("Муниципальное образование добавлено"),
    "password.changed": N_("Пароль изменён"),
    "password.reset": N_("Пароль задан по ссылке"),
    "password.set": N_("Пароль задан администратором"),
    "person.added": N_("Человек добавлен"),
    "person.blocked": N_("Кабинет закрыт"),
    "person.confirmed": N_("Адрес подтверждён"),
    "person.email_asked": N_("Просьба сменить свой адрес почты"),
    "person.email_changed": N_("Свой адрес почты изменён"),
    "person.email_kept": N_("Просьба сменить адрес почты отозвана"),
    "person.edited": N_("Свои данные изменены"),
    "person.opened": N_("Кабинет открыт"),
    "person.signed_up": N_("Человек завёл кабинет"),
    "programme.loaded": N_("Программа загружена"),
    "programme.edition_adopted": N_("Принята новая редакция программы"),
    "programme_upload.read": N_("Прочитан файл с программой"),
    "programme_upload.corrected": N_("Исправлены узнанные значения программы"),
    "programme_upload.confirmed": N_("Файл с программой подтверждён"),
    "programme_upload.dropped": N_("Файл с программой отложен"),
    "readiness.answered": N_("Секретарь ответил о готовности черновика"),
    "readiness.asked": N_("ТОС просит посмотреть черновик"),
    "readiness.taken_back": N_("Просьба посмотреть черновик отозвана"),
    "question.answer_corrected": N_("Ответ на вопрос исправлен"),
    "question.answered": N_("На вопрос о конкурсе отвечено"),
    "question.asked": N_("Задан вопрос о конкурсе"),
    "question.declined": N_("Вопрос о конкурсе не принят"),
    "report_template.uploaded": N_("Загружен шаблон отчёта"),
    "report_template.put_in_force": N_("Шаблон отчёта применён"),
    "report_template.taken_out": N_("Отчёты снова по стандартному шаблону"),
    "activity.marked": N_("Отмечено, выполнено ли мероприятие"),
    "spending_reason.written": N_("Записана причина отклонения расходов"),
    "year.closed": N_("Год программы закрыт"),
    "year.opened": N_("Год программы открыт снова"),
    "files.compared": N_("Файлы сверены с записями, есть расхождения"),
    "role.granted": N_("Роль дана"),
    "role.revoked": N_("Роль снята"),
    "session.ended": N_("Выход"),
    "session.started": N_("Вход"),
    "settlement.added": N_("Поселение добавлено"),
    "tos.added": N_("ТОС добавлен"),
    "tos.edited": N_("ТОС изменён"),
    "tos_list.imported": N_("Список ТОС загружен"),
}

SUBJECTS: Mapping[str, str] = {
    "admission_act": N_("Допуск"),
    "application": N_("Заявка"),
    "attachment": N_("Файл"),
    "storage": N_("Хранилище файлов"),
    "conflict_declaration": N_("Заявление об интересе"),
    "calendar_feed": N_("Адрес календаря"),
    "contest": N_("Конкурс"),
    "decision": N_("Решение"),
    "event": N_("Событие"),
    "indicator": N_("Показатель"),
    "indicator_fact": N_("Значение показателя"),
    "juror": N_("Эксперт"),
    "jury_invitation": N_("Приглашение"),
    "ledger_entry": N_("Запись учёта"),
    "letter_text": N_("Текст письма"),
    "municipality": N_("Муниципальное образование"),
    "person": N_("Человек"),
    "programme": N_("Программа"),
    "account_leaving": N_("Удаление кабинета"),
    "data_archive": N_("Архив данных человека"),
    "retention_run": N_("Чистка по срокам"),
    "retention_term": N_("Срок хранения"),
    "consent": N_("Согласие"),
    "consent_text": N_("Текст согласия"),
    "publication_consent": N_("Согласие на публикацию"),
    "question": N_("Вопрос о конкурсе"),
    "readiness_request": N_("Просьба посмотреть черновик"),
    "report_template": N_("Шаблон отчёта"),
    "score_sheet": N_("Оценочный лист"),
    "settlement": N_("Поселение"),
    "signed_in_session": N_("Вход"),
    "activity_mark": N_("Отметка о выполнении мероприятия"),
    "spending_reason": N_("Причина отклонения расходов"),
    "tos": N_("ТОС"),
    "tos_link": N_("Присоединение к ТОС"),
}

LETTER_STATES: Mapping[str, str] = {
    "waiting": N_("Ждут отправки"),
    "sent": N_("Отправлены"),
    "given_up": N_("Не доставлены"),
}


def entries(
    scopes: Scopes,
    *,
    act: str = "",
    subject_kind: str = "",
    subject_id: str = "",
    day: tuple[datetime, datetime] | None = None,
) -> Select:
    """The acts of the places, the latest first; acts that belong to no municipality only for «everywhere»."""
    found = select(JournalEntry).order_by(JournalEntry.id.desc())
    if not scopes.everywhere:
        found = found.where(JournalEntry.municipality_id.in_(scopes.municipalities))
    if act:
        found = found.where(JournalEntry.act == act)
    if subject_kind:
        found = found.where(JournalEntry.subject_kind == subject_kind)
    if subject_id:
        found = found.where(JournalEntry.subject_id == subject_id)
    if day:
        found = found.where(JournalEntry.at >= day[0], JournalEntry.at < day[1])
    return found


def letters(state: str = "", search: str = "") -> Select:
    """The outbox, the latest first; `state` one of LETTER_STATES, `search` a part of the address."""
    found: Select[Any] = select(Letter).order_by(Letter.id.desc())
    if state == "waiting":
        found = found.where(Letter.sent_at.is_(None), Letter.given_up_at.is_(None))
    elif state == "sent":
        found = found.where(Letter.sent_at.is_not(None))
    elif state == "given_up":
        found = found.where(Letter.given_up_at.is_not(None))
    if search:
        like = search.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        found = found.where(func.lower(Letter.to_address).like(f"%{like}%", escape="\\"))
    return found


def letter_by_number(number: int) -> Letter | None:
    """One letter of the outbox."""
    return db.session.get(Letter, number)
