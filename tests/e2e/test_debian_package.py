"""The life of the Debian package: installed, configured, served from, upgraded, removed and purged."""

from __future__ import annotations

import gzip
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from throwaway_root import ThrowawayRoot

ROOT = Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "packaging" / "deb"
UNITS = sorted(path for path in PACKAGING.iterdir() if path.suffix in (".service", ".socket", ".timer"))
PREVIOUS = "0.0.9-1"
DATA, CONFIG = "/var/lib/incidentmail", "/etc/incidentmail/config.toml"
TOOL = "setpriv --reuid incidentmail --regid incidentmail --clear-groups"
AS_TOOL = f"{TOOL} env HOME=/ EMAIL='Mara L. <mara@example.com>'"
INSTALL = "dpkg --force-unsafe-io -i"
SUBMIT = """
import smtplib
head = ("From: mara@example.com", "To: incident-bot@example.com", "Subject: x", "Message-ID: <1@example.com>")
with smtplib.LMTP("127.0.0.1", 8024) as client:
    mail = "\\r\\n".join((*head, "", "Incident: the open one", "", "sev 1", ""))
    client.sendmail("mara@example.com", "incident-bot@example.com", mail)
"""
SERVED = f"""
mkdir -m 777 /tmp/out
{AS_TOOL} incidentmail serve 2>/tmp/log & served=$!
until python3 -c 'import socket; socket.create_connection(("127.0.0.1", 8024))' 2>/dev/null; do
    kill -0 $served || {{ cat /tmp/log; exit 1; }}
    sleep 0.1
done
{AS_TOOL} incidentmail declare "Checkout is down" --severity 2
python3 -c '{SUBMIT}'
until {AS_TOOL} incidentmail show --json | grep -q '"severity": 1'; do sleep 0.2; done
kill $served
wait $served
{AS_TOOL} incidentmail show --json
"""


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """This version's package, and one with the same files that claims to be an earlier version."""
    folder = tmp_path_factory.mktemp("packages")
    hatchling = [sys.executable, "-m", "hatchling", "build", "-t", "wheel"]
    subprocess.run(hatchling, cwd=ROOT, check=True, capture_output=True)
    pip = f"{sys.executable} -m pip --disable-pip-version-check --quiet"
    done = subprocess.run([PACKAGING / "build", pip], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    built = ROOT / done.stdout.split()[-1]
    package = Path(shutil.copy(built, folder))
    version = package.name.split("_")[1]
    stage, previous = folder / "previous", folder / package.name.replace(version, PREVIOUS)
    for words in (
        ["dpkg-deb", "--raw-extract", str(package), str(stage)],
        ["sed", "-i", f"s/^Version: .*/Version: {PREVIOUS}/", str(stage / "DEBIAN/control")],
        ["dpkg-deb", "--root-owner-group", "-Znone", "--build", str(stage), str(previous)],
    ):
        subprocess.run(words, check=True, capture_output=True)
    return previous, package


@pytest.fixture
def machine() -> Iterator[ThrowawayRoot]:
    with ThrowawayRoot() as root:
        yield root


@pytest.fixture(scope="module")
def installed(packages: tuple[Path, Path]) -> Iterator[ThrowawayRoot]:
    """A machine with the package, for tests that change nothing."""
    with ThrowawayRoot() as root:
        root.ok(f"{INSTALL} {root.give(packages[1])}")
        yield root


def configured(machine: ThrowawayRoot) -> None:
    """Configure the list. The packaged configuration names none, so it is replaced, and kept under another name."""
    said = machine.ok(
        "incidentmail init --system --yes --list incidents@example.com --relay maildir:///tmp/out --replies lmtp"
    )
    assert f"the old one is {CONFIG}.old-1" in said
    assert machine.ok(f"stat -c '%U:%G %a' {CONFIG} {DATA}/key").split("\n")[:2] == [
        "root:incidentmail 640", "incidentmail:incidentmail 600",
    ]  # fmt: skip


def test_the_package_is_installed_serves_and_is_upgraded_with_its_ledger_removed_and_purged(
    machine: ThrowawayRoot, packages: tuple[Path, Path]
) -> None:
    previous, package = packages
    said = machine.ok(f"{INSTALL} {machine.give(previous)}")
    assert "sudo incidentmail init --system" in said
    assert machine.ok(f"stat -c '%U:%G %a' {CONFIG} {DATA}").split("\n")[:2] == [
        "root:incidentmail 640", "incidentmail:incidentmail 700",
    ]  # fmt: skip
    unset = machine.run(f"{AS_TOOL} incidentmail list")
    assert unset.returncode == 78 and CONFIG in unset.stderr  # it names the list's line and its file
    configured(machine)
    served = machine.ok(SERVED)
    assert '"severity": 1' in served and '"status": "open"' in served
    assert machine.ok(f"stat -c '%a' {DATA}/ledger.db {DATA}/key").split() == ["600", "600"]

    with gzip.open(ROOT / "tests/data/ledgers/format-4.db.gz") as packed:
        (machine.given / "old.db").write_bytes(packed.read())
    machine.ok(
        f"rm {DATA}/ledger.db*; install -m 600 -o incidentmail -g incidentmail /run/given/old.db {DATA}/ledger.db"
    )
    machine.ok(f"{INSTALL} {machine.give(package)}")
    assert 'relay = ["maildir:///tmp/out"]' in machine.ok(f"cat {CONFIG}")  # the administrator's lines are kept
    assert "ledger.db.format-4" in machine.ok(f"ls {DATA}")
    assert '"ok": true' in machine.ok(f"{AS_TOOL} incidentmail ledger verify --json")

    machine.ok("dpkg -r incidentmail")
    assert machine.run("command -v incidentmail; test -e /opt/incidentmail").returncode != 0
    machine.ok(f"test -f {CONFIG} && test -f {DATA}/ledger.db")
    said = machine.ok("dpkg -P incidentmail")
    assert "the ledger and the key are kept" in said
    assert machine.run(f"ls {CONFIG}*").returncode != 0
    machine.ok(f"test -f {DATA}/ledger.db && test -f {DATA}/key")


def test_a_package_that_was_never_used_leaves_nothing(machine: ThrowawayRoot, packages: tuple[Path, Path]) -> None:
    look = "getent passwd | sort; ls /etc /opt /var/lib /usr/bin /lib/systemd/system /usr/share/doc"
    before = machine.ok(look)
    machine.ok(f"{INSTALL} {machine.give(packages[1])}; dpkg -P incidentmail")
    after = machine.ok(look)
    assert [line for line in after.split("\n") if line not in before.split("\n")] == []


def test_manual_pages_completions_and_the_command_are_where_debian_looks(installed: ThrowawayRoot) -> None:
    for name in (
        "man/man1/incidentmail-declare.1.gz", "bash-completion/completions/incidentmail",
        "zsh/vendor-completions/_incidentmail", "fish/vendor_completions.d/incidentmail.fish",
        "doc/incidentmail/copyright", "doc/incidentmail/changelog.gz", "doc/incidentmail/config.example.toml",
    ):  # fmt: skip
        installed.ok(f"test -s /usr/share/{name}")
    assert installed.ok("incidentmail --version").startswith("incidentmail ")
    assert installed.ok("dpkg -V incidentmail; find /opt/incidentmail ! -user root -print") == ""
    traces = installed.run(f"grep -rIlF {ROOT} /opt/incidentmail /etc/incidentmail /usr/share/doc/incidentmail")
    assert traces.stdout == ""


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_systemd_accepts_each_unit(installed: ThrowawayRoot, unit: Path) -> None:
    checked = installed.ok(f"systemd-analyze verify --man=no /lib/systemd/system/{unit.name} 2>&1; true")
    assert [line for line in checked.splitlines() if "incidentmail" in line] == []


@pytest.mark.parametrize("unit", ["incidentmail.service", "incidentmail-fetch.service"])
def test_systemd_finds_little_that_a_unit_is_exposed_to(installed: ThrowawayRoot, unit: str) -> None:
    installed.ok(f"systemd-analyze security --offline=true --threshold=20 --no-pager {unit}")


def test_the_document_shows_the_units_of_the_package() -> None:
    document = (ROOT / "docs" / "installing.md").read_text(encoding="utf-8")
    for name in ("incidentmail.service", "incidentmail.socket"):
        assert f"```ini\n{(PACKAGING / name).read_text(encoding='utf-8')}```" in document, name
