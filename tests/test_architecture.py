"""The shape holds: what import-linter cannot see. Each rule names the file and the line that breaks it."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import html5lib
import pytest
from jinja2 import nodes
from sqlalchemy.orm import configure_mappers

from tosportal.features import ORDER
from tosportal.support.db import Base

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "tosportal"
TEMPLATES = PACKAGE / "templates"
SOURCES = sorted(path for path in PACKAGE.rglob("*.py") if "versions" not in path.parts)
FEATURES = [path for path in SOURCES if "features" in path.relative_to(PACKAGE).parts]
DOMAIN = [path for path in SOURCES if "domain" in path.relative_to(PACKAGE).parts]
NAMES_FOR_NOTHING = {"utils", "util", "helpers", "helper", "common", "misc", "base", "manager", "managers"}
FILES_OF_A_FEATURE = {
    "__init__", "models", "queries", "service", "forms", "routes", "letters", "papers",
}  # fmt: skip
# Further files of a feature, each for a reason of its own.
MORE_FILES = {
    "accounts": {
        "guards",
        "sessions",
        "sign_in",
        "passwords",
        "new_address",  # what one signs in by is changed like a password, by a link and with its own brakes
        "brakes",
        "device_keys",
        "consents",  # what is agreed to and who looked is asked from the earliest pages on
        "looks",
    },  # signing in is a part of the ground of all others
    "indicators": {"report_templates", "spending_reasons"},  # what a report takes besides facts: tables of their own
}
MAY_COMMIT = ("web/transactions.py", "cli/", "tasks.py", "demo/", "support/db.py", "migrations/env.py")
MOST_LINES = 400
# Longer files, each with the reason why it is not split.
LONG: dict[str, str] = {
    "domain/protocol.py": "writing a protocol and recomputing it are mirror images, read together",
    "domain/tos_list.py": "one table: its columns, cells and rows as people send them",
    "domain/budget.py": "one budget: reading, both equalities, limits",
    "domain/regulation/schema.py": "one published schema: every part of a regulation as the reading knows it",
    "support/storage/upload_checks.py": "one gate: whatever is uploaded passes these checks in this order",
    "demo/stages.py": "one contest brought from stage to stage, each stage upon the one before",
}


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def at(path: Path, node: ast.AST | None = None) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


def imports_of(path: Path) -> Iterator[tuple[str, ast.AST]]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{at(path, node)}: a relative import"
            for alias in node.names:
                yield f"{node.module}.{alias.name}", node


def dotted(node: ast.AST) -> str:
    """`a.b.c` of an attribute chain, empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    return f"{dotted(node.value)}.{node.attr}" if isinstance(node, ast.Attribute) else ""


def calls_of(path: Path) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call):
            yield dotted(node.func), node


def test_one_place_commits():
    found = [
        at(path, call)
        for path in SOURCES
        if not str(path.relative_to(PACKAGE)).startswith(MAY_COMMIT)
        for name, call in calls_of(path)
        if name.split(".")[-1] == "commit"
    ]
    assert not found, f"only the entrances commit: {found}"


def is_part(path: Path, *names: str) -> bool:
    """Is it this file of a feature, or a file of the folder of that name?"""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return parts[0] == "features" and len(parts) > 2 and parts[2] in names


def test_services_and_queries_do_not_know_the_request():
    found = [
        at(path, node)
        for path in FEATURES
        if is_part(path, "service", "queries", "models", "letters", "papers")
        for name, node in imports_of(path)
        if name in {"flask.request", "flask.session", "flask.g", "flask.flash", "flask.redirect", "flask.abort"}
        or name.startswith("tosportal.web.clock")
    ]
    assert not found, found


CLOCKS = re.compile(r"(^|\.)(datetime\.(now|utcnow|today)|date\.today|time\.(time|monotonic|localtime|gmtime))$")
MAY_READ_THE_CLOCK = {"web/clock.py"}


def test_only_the_entrance_reads_the_clock():
    found = [
        at(path, call)
        for path in SOURCES
        if str(path.relative_to(PACKAGE)) not in MAY_READ_THE_CLOCK
        for name, call in calls_of(path)
        if CLOCKS.search(name)
    ]
    assert not found, f"`now` is handed in: {found}"


def test_the_rules_know_no_float():
    found = []
    for path in DOMAIN:
        for node in ast.walk(tree_of(path)):
            is_number = isinstance(node, ast.Constant) and isinstance(node.value, float)
            is_cast = isinstance(node, ast.Call) and dotted(node.func) in {"float", "math.sqrt", "math.fsum"}
            if is_number or is_cast:
                found.append(at(path, node))
    assert not found, f"money, marks and shares are exact: {found}"


def test_the_rules_use_the_standard_library_only():
    found = [
        f"{at(path, node)} {name}"
        for path in [*DOMAIN, PACKAGE / "verify.py"]
        for name, node in imports_of(path)
        if name.split(".")[0] not in sys.stdlib_module_names and not name.startswith("tosportal.domain")
    ]
    assert not found, found


def test_a_feature_never_uses_the_routes_or_forms_of_another():
    found = []
    for path in SOURCES:
        own = (
            path.relative_to(PACKAGE).parts[1] if path in FEATURES and len(path.relative_to(PACKAGE).parts) > 2 else ""
        )
        for name, node in imports_of(path):
            parts = name.split(".")
            if parts[:2] == ["tosportal", "features"] and {"routes", "forms"} & set(parts[3:4]) and parts[2] != own:
                found.append(f"{at(path, node)} {name}")
    assert not found, found


def test_views_do_not_write():
    """A view loads, calls one service function and answers: rows are added and removed by services."""
    found = [
        at(path, call)
        for path in FEATURES
        if is_part(path, "routes", "forms")
        for name, call in calls_of(path)
        if name.startswith("db.session.") and name.split(".")[-1] in {"add", "add_all", "delete", "merge", "flush"}
    ]
    assert not found, found


def test_every_relationship_is_loaded_on_purpose():
    configure_mappers()
    found = [
        str(relation)
        for mapper in Base.registry.mappers
        for relation in mapper.relationships
        if relation.lazy != "raise"
    ]
    assert not found, f"say what to load in the query: {found}"


def test_no_file_is_named_for_nothing():
    found = [at(path) for path in SOURCES if path.stem in NAMES_FOR_NOTHING]
    assert not found, found


def test_a_feature_has_the_files_that_every_feature_has():
    found = []
    for path in FEATURES:
        parts = path.relative_to(PACKAGE / "features").with_suffix("").parts
        if len(parts) == 1:
            continue
        assert parts[0] in ORDER, f"{at(path)}: the feature is not in ORDER"
        if parts[1] not in FILES_OF_A_FEATURE | MORE_FILES.get(parts[0], set()):
            found.append(at(path))
    assert not found, f"not a name that features have: {found}"


def test_every_module_says_what_it_is():
    found = [at(path) for path in SOURCES if not ast.get_docstring(tree_of(path))]
    assert not found, found


def test_no_file_is_too_long_to_read():
    lengths = {str(path.relative_to(PACKAGE)): path.read_text(encoding="utf-8").count("\n") for path in SOURCES}
    long = {name: length for name, length in lengths.items() if length > MOST_LINES}
    assert not {name: length for name, length in long.items() if name not in LONG}
    assert not [name for name in LONG if name not in long], "no longer long: take it off the list"


# --- templates -----------------------------------------------------------------------------------------------------


PAGES = sorted(TEMPLATES.rglob("*.html"))
NAMED = [str(path.relative_to(TEMPLATES)) for path in PAGES]


def is_page(name: str) -> bool:
    """A page that a view answers with, not a part of one; `….ru.html` and `….en.html` are texts within a page."""
    folder, _, file = name.rpartition("/")
    return (
        not file.startswith("_")
        and not file.endswith((".ru.html", ".en.html"))
        and folder.split("/")[0] not in {"layout", "components"}
    )


@pytest.fixture(scope="module")
def environment(sqlite_template):
    from tests.conftest import close, make_app

    app = make_app(sqlite_template.parent, f"sqlite:///{sqlite_template}")
    yield app.jinja_env
    close(app)


@pytest.mark.parametrize("name", NAMED)
def test_a_template_is_valid_and_safe(name: str, environment):
    text = (TEMPLATES / name).read_text(encoding="utf-8")
    tree = environment.parse(text, name)
    environment.compile(text, name)
    unsafe = [node.lineno for node in tree.find_all(nodes.Filter) if node.name in {"safe"}]
    assert not unsafe, f"{name}: |safe in lines {unsafe}"
    marked = [node.lineno for node in tree.find_all(nodes.Call) if getattr(node.node, "name", "") == "Markup"]
    assert not marked, f"{name}: Markup in lines {marked}"
    assert "autoescape false" not in text, name
    bare = re.sub(r"\{#.*?#\}", "", text, flags=re.S)
    assert not re.search(
        r"<script(?![^>]*\bsrc=)|<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:", bare, re.I
    ), f"{name}: an inline script or style"
    assert not re.search(r"""(src|href|action|srcset)\s*=\s*["']?(https?:)?//""", bare, re.I), f"{name}: another host"
    if is_page(name):
        assert list(tree.find_all(nodes.Extends)), f"{name}: a page extends layout/base.html"


def test_every_template_is_used(environment):
    """Each is rendered by a view, named in settings, included, imported or extended by another template."""
    said = {
        node.value
        for path in SOURCES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.endswith(".html")
    }
    for path in PAGES:
        tree = environment.parse(path.read_text(encoding="utf-8"))
        kinds = (nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)
        said |= {node.template.value for node in tree.find_all(kinds) if isinstance(node.template, nodes.Const)}
    woven = {
        re.compile("".join(re.escape(part.value) if isinstance(part, ast.Constant) else ".+" for part in node.values))
        for path in SOURCES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.JoinedStr) and getattr(node.values[-1], "value", "") == ".html"
    }
    unused = [name for name in NAMED if name not in said and not any(one.fullmatch(name) for one in woven)]
    assert not unused, f"nobody shows them: {unused}"


def test_every_template_that_a_view_names_is_there():
    found = [
        f"{at(path, call)} {call.args[0].value}"
        for path in SOURCES
        for name, call in calls_of(path)
        if name == "render_template" and call.args and isinstance(call.args[0], ast.Constant)
        if call.args[0].value not in NAMED
    ]
    assert not found, found


STATIC = sorted(path for path in (PACKAGE / "static").rglob("*") if path.suffix in {".css", ".js", ".svg"})


@pytest.mark.parametrize("path", STATIC, ids=lambda path: str(path.relative_to(PACKAGE / "static")))
def test_nothing_is_loaded_from_another_host(path: Path):
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S)
    text = re.sub(r"http://www\.w3\.org/[\w/]+", "", text)  # the name of a namespace, not an address
    assert not re.search(r"(https?:)?//[\w-]+\.[\w.-]+", re.sub(r"^\s*//.*$", "", text, flags=re.M)), path
    if path.suffix == ".js":
        assert not re.search(r"\beval\s*\(|innerHTML|outerHTML|insertAdjacentHTML|new Function", text), path
    if path.suffix == ".svg":
        assert not html5lib.parseFragment(text, treebuilder="etree", namespaceHTMLElements=False).findall(".//script")
