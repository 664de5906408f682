"""The portal as a wheel, outside the checkout: everything it needs travels with it, nothing else does."""

import os
import shutil
import site
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import venv
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NOT_FOR_THE_WHEEL = shutil.ignore_patterns("__pycache__", "*.pyc", "*.egg-info")


def run(*words: object, **more: object) -> str:
    done = subprocess.run(
        [str(word) for word in words], capture_output=True, text=True, timeout=120, check=False, **more
    )  # type: ignore[call-overload]
    assert done.returncode == 0, f"{words}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What git has of the package, in a folder of its own: building leaves no traces in the checkout."""
    folder = tmp_path_factory.mktemp("sources")
    shutil.copytree(ROOT / "tosportal", folder / "tosportal", ignore=NOT_FOR_THE_WHEEL)
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, folder)
    (folder / "tosportal" / "domain" / "__pycache__").mkdir()
    (folder / "tosportal" / "domain" / "__pycache__" / "money.cpython-311.pyc").write_bytes(b"")
    (folder / "tests").mkdir()
    (folder / "tests" / "__init__.py").write_text("")
    return folder


@pytest.fixture(scope="module")
def wheel(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as `make dist` makes it; without a backend of our own pip fetches one."""
    folder = tmp_path_factory.mktemp("dist")
    has_backend = int(version("setuptools").split(".")[0]) >= 77 if find_spec("setuptools") else False
    isolation = ["--no-build-isolation"] if has_backend else []
    quiet = ["--quiet", "--disable-pip-version-check", "--no-deps"]
    run(sys.executable, "-m", "pip", "wheel", *quiet, *isolation, "--wheel-dir", folder, sources)
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path, sources: Path):
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    wanted = {
        str(path.relative_to(sources))
        for path in (sources / "tosportal").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert held - wanted == set(), "stowaways"
    assert wanted - held == set(), "left behind"
    for part in ("templates/layout/base.html", "static/portal.css", "sample/tos-sample.csv", "migrations/env.py"):
        assert f"tosportal/{part}" in held


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the wheel in it; the libraries are those of this environment, the checkout is not."""
    folder = tmp_path_factory.mktemp("elsewhere") / "venv"
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    packages = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
    libraries = [path for path in site.getsitepackages() if Path(path).is_dir()]
    (packages / "libraries.pth").write_text("\n".join(libraries) + "\n")
    run(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index",
        "--disable-pip-version-check", "--ignore-installed", wheel)  # fmt: skip
    return python


def environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "LANG", "TMPDIR", "HOME"}}
    return kept | {"INSTANCE_PATH": str(folder / "instance"), "PYTHONDONTWRITEBYTECODE": "1"}


@contextmanager
def serving(python: Path, folder: Path) -> Iterator[str]:
    """`flask --app tosportal run` on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [python, "-m", "flask", "--app", "tosportal", "run", "--port", str(port)],
            cwd=folder, env=environment(folder), stdout=log, stderr=log,
        )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        for _attempt in range(300):
            try:
                urllib.request.urlopen(f"{address}/static/portal.css", timeout=5).close()  # noqa: S310
                break
            except urllib.error.HTTPError:
                break
            except OSError:
                assert server.poll() is None, (folder / "log").read_text()
                time.sleep(0.1)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)


def fetched(address: str, **headers: str) -> str:
    request = urllib.request.Request(address, headers=headers)  # noqa: S310
    with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
        return answer.read().decode("utf-8", "replace")


def test_the_wheel_runs_outside_the_checkout(installed: Path, tmp_path: Path):
    where = run(installed, "-c", "import tosportal; print(tosportal.__file__)", cwd=tmp_path, env=environment(tmp_path))
    assert str(ROOT) not in where
    run(
        installed,
        "-m",
        "flask",
        "--app",
        "tosportal",
        "demo",
        "load",
        "--stage",
        "drafts",
        cwd=tmp_path,
        env=environment(tmp_path),
    )
    with serving(installed, tmp_path) as address:
        page = fetched(f"{address}/contests")
        assert "Ордынский район" in page
        assert "change-the-world" in page
        assert "<h1" in fetched(f"{address}/tos")
        assert 'lang="en"' in (english := fetched(f"{address}/contests", Cookie="lang=en"))
        assert "Contests" in english
        for name in ("portal.css", "js/portal.js", "icons.svg", "fonts/golos-400.ru.woff2"):
            assert len(fetched(f"{address}/static/{name}")) > 500
