"""Settings from the environment, each with its meaning and a default that is safe on one machine."""

import contextlib
import os
import secrets
import tempfile
from dataclasses import dataclass, field, fields
from pathlib import Path


def env(name: str, default: str, meaning: str):
    """A setting read from the environment variable `name`; `meaning` is printed by `flask data settings`."""
    return field(
        default_factory=lambda: os.environ.get(name, default),
        metadata={"env": name, "default": default, "meaning": meaning},
    )


@dataclass(frozen=True)
class Settings:
    """What an administrator may set. Every value is text, as in the environment; empty means: worked out."""

    instance_path: str = env(
        "INSTANCE_PATH", "", "Папка данных: база, файлы, ключ. По умолчанию instance/ рядом с кодом"
    )
    database_url: str = env(
        "DATABASE_URL", "", "База данных: sqlite:///путь или postgresql://пользователь:пароль@сервер/база"
    )
    storage_url: str = env(
        "STORAGE_URL", "", "Файлы: папка (file:///путь) или s3://ключ:секрет@сервер:порт/бакет?scheme=https"
    )
    queue_url: str = env("QUEUE_URL", "", "Очередь фоновых задач: sqlite:///путь, redis://… или postgresql://…")
    limits_url: str = env("LIMITS_URL", "memory://", "Счётчики ограничений входа: memory:// или redis://…")
    smtp_url: str = env(
        "SMTP_URL",
        "",
        "Почта: smtp://пользователь:пароль@сервер:порт или smtps://…; пусто — письма только на странице «Письма»",
    )
    clamd_url: str = env(
        "CLAMD_URL",
        "",
        "Проверка файлов на вирусы (ClamAV): unix:/путь/к/сокету или tcp://сервер:3310; пусто — не проверяем",
    )
    mail_from: str = env("MAIL_FROM", "Портал ТОС <portal@localhost>", "От чьего имени письма")
    secret_key: str = env("SECRET_KEY", "", "Ключ подписи; пусто — создаётся при первом запуске в папке данных")
    secret_key_fallbacks: str = env(
        "SECRET_KEY_FALLBACKS", "", "Прежние ключи через запятую: смена ключа без выхода людей"
    )
    data_keys: str = env(
        "DATA_KEYS",
        "",
        "Ключи банковских и паспортных данных через запятую: первым шифруем, остальными читаем записанное раньше; "
        "пусто — ключ создаётся при первом запуске в папке данных, его нужно хранить вместе с копиями базы",
    )
    base_url: str = env("BASE_URL", "", "Адрес портала для ссылок в письмах, например https://tos.example.ru")
    trusted_hosts: str = env("TRUSTED_HOSTS", "", "Имена, на которые отвечает портал, через запятую; пусто — любые")
    host: str = env("HOST", "127.0.0.1", "Адрес, который слушает сервер")
    port: str = env("PORT", "8000", "Порт, который слушает сервер")
    workers: str = env("WORKERS", "2", "Число процессов сервера")
    proxies: str = env("TRUSTED_PROXIES", "0", "Сколько своих обратных прокси стоит перед порталом (X-Forwarded-*)")
    https: str = env("HTTPS", "", "1 — портал виден только по https: куки Secure, HSTS")
    log_level: str = env("LOG_LEVEL", "INFO", "Подробность журнала сервера")

    def __post_init__(self) -> None:
        """Refuse what is not a number where a number is wanted, in one line."""
        for name, value, low, high in (
            ("PORT", self.port, 1, 65535),
            ("WORKERS", self.workers, 1, 256),
            ("TRUSTED_PROXIES", self.proxies, 0, 16),
        ):
            if not (value.isascii() and value.isdecimal() and low <= int(value[:9]) <= high):
                raise SystemExit(f"{name}={value}: нужно целое число от {low} до {high}.")

    def instance(self, default: str) -> Path:
        """The folder of data; made when absent."""
        path = Path(self.instance_path or default).absolute()
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SystemExit(
                f"Папку данных {path} не создать ({error.strerror}). Укажите другую: INSTANCE_PATH=/папка"
            ) from None
        return path

    def database(self, instance: Path) -> str:
        """The database address as SQLAlchemy wants it (psycopg 3 for PostgreSQL)."""
        url = self.database_url or f"sqlite:///{instance / 'tosportal.sqlite3'}"
        if not url.startswith(("sqlite://", "postgresql", "postgres://")):
            raise SystemExit(
                f"DATABASE_URL: не знаем базу «{url.split(':')[0]}». Годится sqlite:///путь или postgresql://…"
            )
        for old in ("postgresql://", "postgres://"):
            if url.startswith(old):
                return "postgresql+psycopg://" + url.removeprefix(old)
        return url

    def storage(self, instance: Path) -> str:
        return self.storage_url or (instance / "files").as_uri()

    def queue(self, instance: Path) -> str:
        return self.queue_url or f"sqlite:///{instance / 'queue.sqlite3'}"

    def sealing_keys(self, instance: Path) -> list[str]:
        """The keys of bank and passport data, the one that seals first; made once when none is given."""
        if not self.data_keys:
            return [self.kept_key(instance, "data-key")]
        keys = [key.strip() for key in self.data_keys.split(",") if key.strip()]
        if not keys or any(len(key) < 32 for key in keys) or len(set(keys)) < len(keys):
            raise SystemExit("DATA_KEYS: каждый ключ не короче 32 знаков, все разные, через запятую.")
        return keys

    def key(self, instance: Path) -> str:
        """The secret key: from the environment, else made once and kept in the folder of data, for its owner only."""
        if self.secret_key:
            if len(self.secret_key) < 32:
                raise SystemExit("SECRET_KEY короче 32 знаков: возьмите длинный случайный ключ.")
            return self.secret_key
        return self.kept_key(instance, "secret-key")

    def kept_key(self, instance: Path, name: str) -> str:
        """The key in this file of the folder of data; made when there is none."""
        path = instance / name
        if not path.exists():
            try:
                keep_new_key(path)
            except OSError as error:
                raise SystemExit(
                    f"В папку {instance} нельзя писать ({error.strerror}). Укажите другую: INSTANCE_PATH=/папка"
                ) from None
        key = path.read_text(encoding="ascii", errors="replace").strip()
        if len(key) < 32:
            raise SystemExit(
                f"Ключ в {path} испорчен: верните файл из копии. Файл secret-key можно и удалить: люди войдут заново."
            )
        return key


def keep_new_key(path: Path) -> None:
    """A random key in a file that only its owner reads: whole from its first moment, and the first of two stays."""
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=".secret-key-")  # readable by its owner only
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        os.unlink(draft)


def settings_reference() -> list[tuple[str, str, str]]:
    """Name, default and meaning of every setting, for the README and the command line."""
    return [(item.metadata["env"], item.metadata["default"], item.metadata["meaning"]) for item in fields(Settings)]
