"""The portal put together: settings, database, glass, features, commands. The one place that knows all parts."""

import importlib
import importlib.util
from pathlib import Path

from flask import Flask
from flask_migrate import Migrate
from sqlalchemy import String, cast, select

from tosportal import cli, frame, tasks
from tosportal.config import Settings
from tosportal.domain.permissions import Scope
from tosportal.features import ORDER
from tosportal.features.accounts import guards, sessions, sign_in
from tosportal.features.contests.models import Contest
from tosportal.features.letters.queries import KINDS
from tosportal.features.registry.models import Municipality, Tos
from tosportal.support import audit, installation, notifications, queue, sealing, storage
from tosportal.support import db as database
from tosportal.web import setup

migrate = Migrate()
TABLES_OF_THE_GROUND = (  # migrations see them
    audit.JournalEntry,
    notifications.Letter,
    notifications.LetterText,
    installation.InstallationFact,
)
MIGRATIONS = Path(__file__).parent / "migrations"


def assemble(settings: Settings | None = None) -> Flask:
    """An application from settings; nothing is read from or written to the database here."""
    settings = settings or Settings()
    app = Flask(
        "tosportal", instance_path=(settings.instance_path and str(Path(settings.instance_path).absolute())) or None
    )
    instance = settings.instance(app.instance_path)
    url = settings.database(instance)
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.key(instance),
        SECRET_KEY_FALLBACKS=[key for key in settings.secret_key_fallbacks.split(",") if key],
        SQLALCHEMY_DATABASE_URI=url,
        SQLALCHEMY_ENGINE_OPTIONS=database.engine_options(url),
        STORAGE_URL=settings.storage(instance),
        QUEUE_URL=settings.queue(instance),
        BASE_URL=settings.base_url or f"http://{settings.host}:{settings.port}",
    )
    database.db.init_app(app)
    sealing.init_app(app, settings.sealing_keys(instance))
    with app.app_context():
        database.prepare_engine(database.db.engine)
    migrate.init_app(app, database.db, directory=str(MIGRATIONS), render_as_batch=True)
    setup.init_app(app, settings)
    sign_in.init_app(app)
    sessions.init_app(app)
    guards.init_app(app)
    storage.init_storage(app)
    queue.init_app(app)
    tasks.init_app(app)
    frame.init_app(app)
    for feature in ORDER:
        if importlib.util.find_spec(f"tosportal.features.{feature}.models"):
            importlib.import_module(f"tosportal.features.{feature}.models")  # so that migrations see every table
        routes = importlib.import_module(f"tosportal.features.{feature}.routes")
        app.register_blueprint(routes.blueprint)
    name_the_places(app)
    cli.init_app(app)
    return app


def name_the_places(app: Flask) -> None:
    """Tell the administrator's pages of people in which places roles are granted (features later than accounts), and
    the files of regulations which letters there are (features later than contests)."""
    app.extensions["letter_kinds"] = KINDS
    app.extensions["role_places"] = {
        Scope.MUNICIPALITY: select(Municipality.id, Municipality.name).order_by(Municipality.name),
        Scope.CONTEST: select(Contest.id, Contest.name + " · " + cast(Contest.year, String)).order_by(
            Contest.year.desc(), Contest.name
        ),
        Scope.TOS: select(Tos.id, Tos.name).order_by(Tos.name, Tos.id),
    }
