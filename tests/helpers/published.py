"""Set up an installation that writes web pages, and examine its files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from conftest import Installation, Mails

TOMAS, BO = "Tomás Ruiz <tomas@example.com>", "Bo Keller <bo@example.com>"
WORDS = "Card payments may fail. Please pay by invoice."
CHECKOUT = "2026-11-20-checkout-is-rejecting-card-payments.html"


def publishing(installation: Installation, more: str = "") -> Installation:
    folder = installation.path
    return installation.configure(
        f'[publish]\nfolder = "{folder}/site"\npublic = "{folder}/status"\n'
        'archive = "https://lists.example.com/search?q={message_id}"\n'
        f'{more}[publish.components]\n"Card payments" = ["card payment"]\n"Search" = []\n'
    )


def site(house: Installation) -> dict[str, str]:
    return read_all(house.path / "site")


def status(house: Installation) -> dict[str, str]:
    return read_all(house.path / "status")


def read_all(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.iterdir())}


def pages(house: Installation) -> dict[str, str]:
    """Return the pages of incidents in the folder of the organisation's site."""
    return {name: text for name, text in site(house).items() if re.match(r"\d{4}-\d\d-\d\d-", name)}


def everything(house: Installation) -> str:
    return "\n".join([*site(house).values(), *status(house).values()])


def words_of(page: str) -> str:
    return re.sub("<[^>]*>", "", page)


def changed(house: Installation) -> dict[str, list[str]]:
    """Return the files that `flush` wrote or removed, by folder, judging by their times and names."""
    folders = [house.path / name for name in ("site", "status")]
    before = {path: path.stat().st_ino for folder in folders for path in folder.iterdir()}
    house.ok("flush")
    after = {path: path.stat().st_ino for folder in folders for path in folder.iterdir()}
    names = {path for path in {*before, *after} if before.get(path) != after.get(path)}
    return {folder.name: sorted(path.name for path in names if path.parent == folder) for folder in folders}


def say(house: Installation, mails: Mails, mail: Any, words: str = WORDS) -> None:
    """Let Bo suggest words for customers, and Tomás approve them."""
    house.ingest(mails.reply_to(mail, f"Customers may be told: {words}", BO, at=house.clock.now))
    asked = [one for one in house.private if words in one.get_content() and "tomas@" in str(one["To"])][-1]
    house.ingest(mails.reply_to(asked, "accept", TOMAS, to=str(asked["Reply-To"]), at=house.clock.now))


def declared(house: Installation) -> Any:
    return house.declare("Checkout is rejecting card payments", "--severity", "2", "--customer-liaison", TOMAS)


def dead_links(found: dict[str, str]) -> list[tuple[str, str]]:
    """Return the links in pages to missing files or anchors."""
    dead = []
    for name, text in found.items():
        for link in re.findall(r' href="(?!https?:)([^"]*)"', text):
            target, _, place = link.partition("#")
            page = found.get(target or name)
            if page is None or (place and f'id="{place}"' not in page):
                dead.append((name, link))
    return dead
