"""`serve` keeps the web pages up to date, reports failures to write them, and marks them when it stops."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from incidentmail.service.pages import Pages

if TYPE_CHECKING:
    from conftest import Installation

CHECKOUT = "2026-11-20-checkout-is-down.html"


@pytest.fixture
def house(installation: Installation) -> Installation:
    root = installation.path
    return installation.configure(f'[publish]\nfolder = "{root}/site"\npublic = "{root}/status"\n')


def page(house: Installation, name: str, folder: str = "site") -> str:
    return (house.path / folder / name).read_text(encoding="utf-8")


def test_pages_follow_the_record(house: Installation) -> None:
    with house.context() as context:
        pages = Pages(context)
        pages.write_pages()
        house.declare("Checkout is down", "--severity", "2")
        pages.write_pages()
        assert "Severity 2" in page(house, CHECKOUT)
        house.ok("update", "--severity", "1")
        pages.write_pages()
        assert "Severity 1" in page(house, CHECKOUT)


def test_without_a_folder_nothing_happens(installation: Installation) -> None:
    installation.declare("Checkout is down")
    with installation.context() as context:
        Pages(context).write_pages()
        Pages(context).say_stopped()
    assert not [path for path in installation.path.iterdir() if "pages" in path.name]


def test_a_fault_is_logged_once_and_tried_again(house: Installation, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    (house.path / "site").write_text("a file")
    with house.context() as context:
        pages = Pages(context)
        for _ in range(3):
            pages.write_pages()
            house.clock.tick(seconds=31)
        (house.path / "site").unlink()
        pages.write_pages()
    assert len([one for one in caplog.records if "pages not written" in one.getMessage()]) == 1
    assert "All is well" in page(house, "index.html", "status")


def test_when_the_service_stops_the_pages_say_so_and_when_it_runs_again_they_do_not(house: Installation) -> None:
    with house.context() as context:
        pages = Pages(context)
        pages.write_pages()
        pages.say_stopped()
        assert "This page is not kept up to date now." in page(house, "index.html", "status")
        Pages(context).write_pages()
        assert "not kept up to date" not in page(house, "index.html", "status")


def test_the_running_service_writes_them_and_says_when_it_stops(house: Installation) -> None:
    house.declare("Checkout is down", "--severity", "2")
    script = (
        f'"{sys.executable}" -m incidentmail serve & pid=$!; '
        f'until [ -s "{house.path}/site/{CHECKOUT}" ] && [ -s "{house.path}/status/index.html" ]; do sleep 0.1; done; '
        "kill $pid; wait $pid"
    )
    house.config.write_text(f'{house.config.read_text()}[listen]\nlmtp = "unix:{house.path}/lmtp.sock"\n')
    done = house.process(script)
    assert done.returncode == 0, done.stderr
    assert "Severity 2" in page(house, CHECKOUT)
    assert "These pages are not kept up to date now." in page(house, "index.html")
    assert Path(house.path / "status" / "stale.html").exists()
