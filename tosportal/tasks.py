"""Background tasks: an entrance like a request. Each takes ids, fetches again, calls the ordinary function and commits.

`flask worker` runs them. Losing the queue loses nothing: what waits for a task stands in tables, and a periodic run
finds it. Without SMTP_URL letters stay where they are, on the administrator's page.
"""

import logging
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from huey import crontab
from sqlalchemy import select

from tosportal.domain.permissions import Role
from tosportal.domain.retention import CLASSES
from tosportal.features.accounts.models import Person, RoleGrant
from tosportal.features.applications.models import Attachment
from tosportal.features.applications.queries import waiting_attachments
from tosportal.features.applications.service import drop_expired_uploads, reminders, set_verdict
from tosportal.features.contests.models import Contest
from tosportal.features.letters.letters import JOURNAL_BROKEN, journal_broken
from tosportal.features.personal import service as personal
from tosportal.features.personal.models import AccountLeaving, DataArchive
from tosportal.features.questions import service as questions
from tosportal.features.similarity.queries import compared, contests_to_compare
from tosportal.features.similarity.service import keep_comparison
from tosportal.support import audit, notifications
from tosportal.support.db import commit, db, reading
from tosportal.support.queue import queue
from tosportal.support.storage import (
    OLD_ENOUGH,
    Inventory,
    NoScanner,
    StorageUnavailable,
    current_storage,
    find_virus,
    take_inventory,
)

log = logging.getLogger(__name__)
LETTERS_AT_ONCE = 200
FILES_AT_ONCE = 50
SHOWN_IN_JOURNAL = 20


def deliver_letters() -> int:
    """Send the letters that are due; how many left."""
    settings = current_app.config["SETTINGS"]
    if not settings.smtp_url:
        return 0
    sent = 0
    for taken in notifications.deliver_letters(
        now=current_app.config["CLOCK"](), smtp_url=settings.smtp_url, sender=settings.mail_from, limit=LETTERS_AT_ONCE
    ):
        commit()
        sent += bool(taken and taken.sent)
    return sent


def check_journal() -> bool:
    """Walk the chain of the journal; when it is broken, tell every administrator by letter. True when it holds."""
    with reading():
        count, broken = audit.verify()
        db.session.rollback()
    if broken is None:
        log.info("the journal holds: %s rows", count)
        return True
    log.critical("the journal is broken at row %s: %s", broken.entry_id, broken.reason)
    now = current_app.config["CLOCK"]()
    for person in db.session.scalars(
        select(Person)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.role == Role.ADMINISTRATOR, RoleGrant.revoked_at.is_(None), Person.active.is_(True))
    ):
        subject, body = journal_broken(person, row=broken.entry_id, reason=broken.reason, count=count)
        notifications.post(
            JOURNAL_BROKEN.code, to=person.email, subject=subject, body=body, now=now, person_id=person.id
        )
    commit()
    return False


def remind_of_deadlines() -> int:
    """Write to those whose draft or returned application is soon due; how many letters."""
    posted = reminders.remind_of_deadlines(now=current_app.config["CLOCK"]())
    commit()
    return posted


def remind_of_questions() -> int:
    """Write to the secretaries of questions that should have been answered by now; how many letters."""
    posted = questions.remind_of_overdue(now=current_app.config["CLOCK"]())
    commit()
    return posted


def check_files() -> int:
    """Ask ClamAV about the files in quarantine, the oldest first; how many got a verdict. It is asked without a
    transaction: nobody waits for it. When it does not answer, they stay in quarantine and the page says so."""
    settings = current_app.config["SETTINGS"]
    if not settings.clamd_url:
        return 0
    with reading():
        waiting = [(one.id, one.storage_key) for one in waiting_attachments(FILES_AT_ONCE)]
        db.session.rollback()
    checked = 0
    for attachment_id, storage_key in waiting:
        try:
            with current_storage().open(storage_key) as stream:
                virus = find_virus(settings.clamd_url, stream)
        except NoScanner as trouble:
            log.error("file %s stays in quarantine: %s", attachment_id, trouble)
            continue
        except (StorageUnavailable, FileNotFoundError) as trouble:
            log.error("file %s cannot be read for the virus check: %s", attachment_id, trouble)
            continue
        set_verdict(db.session.get_one(Attachment, attachment_id), virus, now=current_app.config["CLOCK"]())
        commit()
        checked += 1
    return checked


def compare_applications() -> int:
    """Compare the contests in which something was sent since they were compared last; how many contests. The texts are
    read and compared without a transaction: nobody waits for it."""
    with reading():
        waiting = [contest.id for contest in contests_to_compare()]
        db.session.rollback()
    for contest_id in waiting:
        with reading():
            found = compared(db.session.get_one(Contest, contest_id))
            db.session.rollback()
        keep_comparison(db.session.get_one(Contest, contest_id), found, now=current_app.config["CLOCK"]())
        commit()
    return len(waiting)


def forget_uploads() -> int:
    """Pieces of files that nobody goes on sending go away; how many such files."""
    dropped = drop_expired_uploads(current_app.config["CLOCK"]())
    commit()
    return dropped


def keep_to_terms() -> int:
    """Delete and anonymise what is over, class by class, each in a transaction of its own; how many rows."""
    now, done = current_app.config["CLOCK"](), 0
    for kind in CLASSES:
        try:
            done += personal.keep_term(kind.code, now=now)
            commit()
        except Exception:  # one class that fails must not keep the others
            db.session.rollback()
            log.exception("the term of %s was not kept", kind.code)
    return done


def make_archives() -> int:
    """Pack the archives of own data that people wait for and drop those that are over; how many were made."""
    now, made = current_app.config["CLOCK"](), 0
    for number in personal.waiting_archives():
        try:
            personal.make_archive(db.session.get_one(DataArchive, number), now=now, by_letter=True)
            commit()
            made += 1
        except StorageUnavailable as trouble:
            db.session.rollback()
            log.error("archive %s waits: %s", number, trouble)
    personal.drop_archives(now)
    commit()
    return made


def let_leave() -> int:
    """Delete the accounts whose day has come; how many."""
    now, left = current_app.config["CLOCK"](), 0
    for number in personal.due_leavings(now):
        personal.leave(db.session.get_one(AccountLeaving, number), now=now)
        commit()
        left += 1
    return left


def check_storage() -> Inventory | None:
    """Prove that no row is without its file and no file without its row. Files without a row older than a day are
    removed. What was found stands in the journal; None when the storage does not answer."""
    now = current_app.config["CLOCK"]()
    storage = current_storage()
    try:
        found = take_inventory(storage, now=now)
        for key in found.strays:
            storage.delete(key)
        storage.remove_half_written(now - OLD_ENOUGH)
    except StorageUnavailable as trouble:
        log.error("files and rows were not compared: %s", trouble)
        return None
    if found.holds:
        log.info("files and rows agree: %s files, %s rows", found.files, found.rows)
        return found
    log.error("rows without a file: %s; files without a row removed: %s", found.lost, len(found.strays))
    after = {"rows": found.rows, "lost": list(found.lost[:SHOWN_IN_JOURNAL]), "lost_count": len(found.lost)}
    after["removed"] = len(found.strays)
    audit.record("files.compared", ("storage", 0), actor=None, now=now, after=after)
    commit()
    return found


def init_app(app: Flask) -> None:
    """Put the tasks of an application into its queue, and `flask worker` among its commands."""
    huey = app.extensions["queue"]
    app.cli.add_command(worker)

    def in_context(task: Any) -> Any:
        def run() -> None:
            with app.app_context():
                task()

        run.__name__ = task.__name__
        return run

    every_hour = crontab(minute="5")
    every_minute, at_night = crontab(minute="*"), crontab(hour="3", minute="20")
    huey.periodic_task(every_minute, name="letters_every_minute")(in_context(deliver_letters))
    huey.periodic_task(every_hour, name="reminders_every_hour")(in_context(remind_of_deadlines))
    huey.periodic_task(crontab(minute="15"), name="questions_every_hour")(in_context(remind_of_questions))
    huey.periodic_task(at_night, name="journal_every_night")(in_context(check_journal))
    every_ten_minutes = crontab(minute="*/10")
    huey.periodic_task(every_ten_minutes, name="similarity_every_ten_minutes")(in_context(compare_applications))
    later, later_at_night = crontab(minute="40"), crontab(hour="4", minute="10")
    huey.periodic_task(later, name="uploads_every_hour")(in_context(forget_uploads))
    huey.periodic_task(later_at_night, name="files_every_night")(in_context(check_storage))
    huey.periodic_task(crontab(hour="2", minute="30"), name="terms_every_night")(in_context(keep_to_terms))
    huey.periodic_task(crontab(minute="20"), name="archives_every_hour")(in_context(make_archives))
    huey.periodic_task(crontab(minute="25"), name="leaving_every_hour")(in_context(let_leave))
    app.extensions["tasks"]["make_archives"] = huey.task(name="make_archives")(in_context(make_archives))
    if app.config["SETTINGS"].clamd_url:
        huey.periodic_task(every_minute, name="viruses_every_minute")(in_context(check_files))
        app.extensions["tasks"]["check_files"] = huey.task(name="check_files")(in_context(check_files))
    if app.config["SETTINGS"].smtp_url:
        app.extensions["tasks"]["deliver_letters"] = huey.task(name="deliver_letters")(in_context(deliver_letters))


@click.command()
@with_appcontext
def worker() -> None:
    """Выполнять фоновые задачи: письма каждую минуту, напоминания, проверка журнала каждую ночь. Остановить: Ctrl+C."""
    smtp_url = current_app.config["SETTINGS"].smtp_url
    click.echo(
        "Фоновые задачи выполняются."
        + ("" if smtp_url else " Почта не настроена (SMTP_URL): письма ждут на странице «Письма».")
    )
    queue().create_consumer(workers=1, worker_type="thread", periodic=True, check_worker_health=True).run()
