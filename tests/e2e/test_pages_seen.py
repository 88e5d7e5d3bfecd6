"""The HTML pages of our mails in a browser: on a phone and on a wide screen, in light and dark schemes."""

from __future__ import annotations

from email import message_from_bytes, policy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import chromium
import pytest

if TYPE_CHECKING:
    from conftest import Installation

GOLDEN = Path(__file__).parent.parent / "data" / "golden"
CONTRAST_MIN, FONT_PX_MIN, TAP_PX_MIN = 4.5, 14, 44
WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"


def page_of(raw: bytes) -> str | None:
    html = message_from_bytes(raw, policy=policy.default).get_body(("html",))
    return str(html.get_content()) if html else None


def golden() -> dict[str, str]:
    pages = {path.stem: page_of(path.read_bytes()) for path in sorted(GOLDEN.rglob("*.eml"))}
    return {name: page for name, page in pages.items() if page}


@pytest.fixture(scope="module", params=chromium.SCHEMES)
def seen(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Return the measurements of every golden page at every width, in one scheme."""
    return chromium.measure(golden(), scheme=request.param)


def test_every_golden_mail_with_a_page_is_shown_at_every_width(seen: dict[str, Any]) -> None:
    assert len(seen) == len(golden()) * len(chromium.WIDTHS) > 50
    assert all(page["texts"] for page in seen.values())


def test_nothing_reaches_beyond_the_edge_of_a_screen(seen: dict[str, Any]) -> None:
    assert not {name: page["scroll"] for name, page in seen.items() if page["scroll"] > 0 or page["left"] < 0}


def test_every_word_stands_out_from_what_is_behind_it(seen: dict[str, Any]) -> None:
    assert not [
        (name, text) for name, page in seen.items() for text in page["texts"] if text["contrast"] < CONTRAST_MIN
    ]


def test_no_word_is_too_small_to_read_on_a_phone(seen: dict[str, Any]) -> None:
    assert not [(name, text) for name, page in seen.items() for text in page["texts"] if text["size"] < FONT_PX_MIN]


def test_whatever_is_tapped_is_high_enough_for_a_thumb(seen: dict[str, Any]) -> None:
    taps = [(name, tap) for name, page in seen.items() for tap in page["taps"]]
    assert taps
    assert not [(name, tap) for name, tap in taps if tap["height"] < TAP_PX_MIN]


@pytest.mark.parametrize("scheme", chromium.SCHEMES)
def test_words_and_addresses_without_a_space_are_broken_at_the_edge(installation: Installation, scheme: str) -> None:
    word, address = (WORD * 4)[:300], "https://meet.example.com/" + "room-and-token-" * 15
    installation.declare(
        f"{word[:150]} fails", "--severity", "1", "--venue", address, "-m", f"{word}\n\n{address}", "--impact", word,
        "--sme", word[:120],
    )  # fmt: skip
    installation.ok("update", "--severity", "2", "--commander", f"{word[:90]} <bo@example.com>", "-m", word)
    pages = {str(number): page for number, raw in enumerate(installation.wire) if (page := page_of(raw))}
    assert len(pages) == 2
    seen = chromium.measure(pages, scheme=scheme)
    assert not {name: page["scroll"] for name, page in seen.items() if page["scroll"] > 0}
