"""Commands that speak Russian: the help, and one clear line instead of a traceback."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import click
from click import exceptions as wrong
from flask.cli import with_appcontext
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError, SQLAlchemyError

from tosportal.domain.errors import NotAllowed, RuleBroken, StateConflict
from tosportal.support.db import db


class Refused(click.ClickException):
    """The command did nothing, and why: one line for whoever typed it."""

    def show(self, file: Any = None) -> None:
        click.echo(self.format_message(), file=file, err=file is None)


def refuse(reason: str) -> NoReturn:
    """End the command with one line."""
    raise Refused(reason)


def in_russian(text: str) -> str:
    """The few words that click itself adds to the help of an option."""
    return text.replace("[required]", "[обязательно]").replace("[default: ", "[по умолчанию ")


class _Speaks(click.Command):
    """What a command and a group have in common."""

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        kinds = {"[OPTIONS]": "[КЛЮЧИ]", "COMMAND [ARGS]...": "КОМАНДА …"}
        return [kinds.get(piece, piece) for piece in super().collect_usage_pieces(ctx)]

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix="Как писать: ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        shown = [param for param in self.get_params(ctx) if not isinstance(param, click.Argument)]
        records = filter(None, (param.get_help_record(ctx) for param in shown))
        with formatter.section("Ключи"):
            formatter.write_dl([(name, in_russian(text)) for name, text in records])

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "Эта подсказка."
        return option

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        with usage_in_russian():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        with usage_in_russian(), errors_in_one_line():
            return super().invoke(ctx)


class Command(_Speaks):
    """A command."""


class Group(_Speaks, click.Group):
    """A group of commands. Each runs with the application at hand; what it did not commit is gone."""

    command_class = Command

    def command(self, *args: Any, **kwargs: Any) -> Callable[[Callable[..., Any]], click.Command]:  # type: ignore[override]
        def decorate(function: Callable[..., Any]) -> click.Command:
            return super(Group, self).command(*args, **kwargs)(with_appcontext(function))

        return decorate

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        commands = [(name, self.commands[name].get_short_help_str(90)) for name in self.list_commands(ctx)]
        with formatter.section("Команды"):
            formatter.write_dl(commands)


@contextmanager
def usage_in_russian() -> Iterator[None]:
    """What click says about a wrongly typed command, in Russian."""
    try:
        yield
    except wrong.NoArgsIsHelpError:
        raise
    except click.UsageError as error:
        raise _refused_usage(error) from None
    except wrong.Abort:
        raise Refused("Прервано.") from None


def _refused_usage(error: click.UsageError) -> Refused:
    where = f"«{error.ctx.command_path}»: " if error.ctx else ""
    refused = Refused(f"{where}{_reason(error)}. Подсказка: --help")
    refused.exit_code = 2  # type: ignore[misc]
    return refused


def _reason(error: click.UsageError) -> str:
    if isinstance(error, wrong.MissingParameter):
        return f"не хватает {_name(error)}"
    if isinstance(error, wrong.NoSuchOption):
        return f"нет ключа {error.option_name}"
    if isinstance(error, wrong.NoSuchCommand):
        return f"нет команды «{error.command_name}»"
    if isinstance(error, wrong.BadOptionUsage):
        return f"ключ {error.option_name} написан не так"
    if isinstance(error, wrong.BadParameter):
        kind = error.param.type if error.param else None
        if isinstance(kind, click.Choice):
            return f"{_name(error)}: годится {', '.join(map(str, kind.choices))}"
        if isinstance(kind, click.Path | click.File):
            return f"{_name(error)}: файла нет или его нельзя открыть"
        if isinstance(kind, click.IntRange | type(click.INT)):
            return f"{_name(error)}: нужно целое число"
        return f"{_name(error)}: {error.message}"
    text = error.format_message()
    return text.rstrip(".") if not text.isascii() else "лишние слова в команде"


def _name(error: wrong.BadParameter) -> str:
    if error.param is None:
        return "значение"
    return (
        error.param.opts[0]
        if isinstance(error.param, click.Option)
        else error.param.make_metavar(error.ctx or click.get_current_context())
    )


@contextmanager
def errors_in_one_line() -> Iterator[None]:
    """What the rules, the files and the database refuse, as one line; nothing of the act stays in the session."""
    try:
        yield
    except (RuleBroken, NotAllowed, StateConflict) as error:
        db.session.rollback()
        raise Refused("; ".join(str(remark) for remark in error.remarks) or "Так сделать нельзя.") from None
    except OSError as error:
        raise Refused(f"{error.filename or 'Файл'}: не получилось ({error.strerror or error}).") from None
    except SQLAlchemyError as error:
        raise Refused(_about_database(error)) from None


def _about_database(error: SQLAlchemyError) -> str:
    said = str(getattr(error, "orig", None) or error).strip().splitlines()
    if isinstance(error, OperationalError | ProgrammingError) and any(
        sign in said[0] for sign in ("no such table", "no such column", "does not exist")
    ):
        return "База не подготовлена: выполните flask data migrate"
    what = "База данных не отвечает" if isinstance(error, OperationalError) else "База данных отказала"
    return f"{what}: {said[0]}" if isinstance(error, DBAPIError) else what
