"""The source archive is complete, and the wheel runs anywhere with an empty home directory."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
Installed = Callable[..., str]


def checked(words: list[str], cwd: Path | None = None, env: dict[str, str] | None = None) -> str:
    run = subprocess.run(words, capture_output=True, text=True, encoding="utf-8", cwd=cwd, env=env, check=False)
    assert run.returncode == 0, f"{words}\n{run.stdout}\n{run.stderr}"
    return run.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    checked([*pip, "wheel", "--no-deps", "--wheel-dir", str(folder), str(ROOT)])
    (found,) = folder.glob("incidentmail-*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Run the installed `incidentmail` outside the checkout, with hardly any environment."""
    folder = tmp_path_factory.mktemp("user's machine")
    environment, home, here = folder / "venv", folder / "home", folder / "elsewhere"
    home.mkdir()
    here.mkdir()
    checked([sys.executable, "-m", "venv", str(environment)])
    python = environment / "bin" / "python"
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "--quiet"]
    checked([*pip, "install", "-c", str(ROOT / "constraints.txt"), str(wheel)])

    def incidentmail(*words: str) -> str:
        env = {"HOME": str(home), "PATH": "/usr/bin:/bin"}
        return checked([str(environment / "bin" / "incidentmail"), *words], cwd=here, env=env)

    return incidentmail


def sources() -> set[str]:
    """Return the files that git tracks or, in an unpacked source archive, those that came with it."""
    if (ROOT / ".git").exists():
        return set(checked(["git", "ls-files", "-z"], cwd=ROOT).rstrip("\0").split("\0"))
    ignored = {line.strip("/") for line in (ROOT / ".gitignore").read_text().split()}
    ignored |= {"PKG-INFO", *(path.name for path in ROOT.glob("*.egg-info"))}
    paths = (path.relative_to(ROOT) for path in ROOT.glob("**/*") if path.is_file())
    return {path.as_posix() for path in paths if ignored.isdisjoint(path.parts)}


def test_the_source_archive_holds_every_file_that_git_tracks(tmp_path: Path) -> None:
    hatchling = [sys.executable, "-m", "hatchling", "build", "--target", "sdist", "--directory", str(tmp_path)]
    checked(hatchling, cwd=ROOT)
    (archive,) = tmp_path.glob("incidentmail-*.tar.gz")
    with tarfile.open(archive) as packed:
        names = {member.name.partition("/")[2] for member in packed if member.isfile()}
    tracked = sources()
    assert {"Makefile", ".ci/run", "constraints.txt", "bench/__main__.py", "tests/test_packaging.py"} <= tracked
    assert tracked - names == set()
    assert not [name for name in names if "__pycache__" in name or name.startswith((".venv", ".git/", "dist/"))]


def test_the_wheel_holds_templates_and_schema_and_no_tests(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    for kind in ("templates", "incidentmail"):
        for path in (ROOT / kind).glob("**/*"):
            if path.suffix in (".py", ".sql", ".j2", ".typed") and "__pycache__" not in path.parts:
                inside = path.relative_to(ROOT / kind).as_posix()
                packed = f"incidentmail/templates/{inside}" if kind == "templates" else f"incidentmail/{inside}"
                assert packed in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith((".dist-info", ".data"))} == {"incidentmail"}
    pages = {path.name for path in (ROOT / "docs" / "man").glob("*.1")}
    assert {name.rpartition("/")[2] for name in names if "/data/share/man/man1/" in name} == pages
    assert not [name for name in names if "__pycache__" in name or "/test" in name]


def test_it_says_its_version(installed: Installed) -> None:
    assert installed("--version").startswith("incidentmail 0.")


def test_it_prints_the_example_of_the_configuration(installed: Installed) -> None:
    assert installed("config", "example") == (ROOT / "config.example.toml").read_text(encoding="utf-8")


def test_it_explains_a_mail_without_a_configuration(installed: Installed, tmp_path: Path) -> None:
    (tmp_path / "reply.txt").write_text("sev 1, the second gateway declines too\n")
    (tmp_path / "reply.html").write_text("<div>phase 2</div><blockquote type=cite>sev 3</blockquote>\n")
    assert "severity 1" in installed("explain", "--text", str(tmp_path / "reply.txt"))
    assert "phase 2" in installed("explain", "--html", str(tmp_path / "reply.html"))


def test_it_declares_and_shows_and_proves(installed: Installed, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(
        '[list]\naddress = "incidents@example.com"\n[me]\naddress = "Mara Lindqvist <mara@example.com>"\n'
        f'[mail]\nrelay = ["maildir://{tmp_path}/out"]\nkey_file = "{tmp_path}/key"\n'
        f'[ledger]\nurl = "sqlite:///{tmp_path}/ledger.db"\n'
    )
    with_config = ("--config", str(config))
    shown = installed(*with_config, "declare", "Checkout is rejecting cards", "--severity", "2", "--dry-run")
    assert "Subject: Checkout is rejecting cards" in shown
    assert "Severity 2 (serious), phase 1" in shown
    assert not (tmp_path / "out").exists()
    assert "sent to incidents@example.com" in installed(*with_config, "declare", "Checkout is rejecting cards")
    installed(*with_config, "update", "--severity", "1", "-m", "The second gateway declines too")
    assert len(list((tmp_path / "out" / "new").iterdir())) == 2
    assert "Severity 1 (critical)" in installed(*with_config, "show")
    assert "the ledger holds" in installed(*with_config, "ledger", "verify")
