"""A reply that says that a closed incident is not over is distinguished from one that says that all is well."""

from __future__ import annotations

import pytest

from incidentmail.reply.coming_back import says_it_is_back


@pytest.mark.parametrize(
    "line",
    [
        "It's back",
        "its back :(",
        "The problem is back since noon.",
        "Orders are failing again",
        "happening again!",
        "This is not over.",
        "That wasn't fixed, we see the same errors",
        "please reopen",
        "Re-occurred just now",
        "still failing here",
        "sev 1",
        "Es tritt wieder auf",
        "Die Kasse ist wieder kaputt",
        "Le problème est revenu, encore une panne",
        "Otra vez caído",
        "Non è risolto",
        "Nie jest rozwiązane",
        "Het is niet opgelost",
    ],
)
def test_it_is_back(line: str) -> None:
    assert says_it_is_back(f"Hello,\n{line}\n\nBo") == line


@pytest.mark.parametrize(
    "text",
    [
        "Thanks everybody!",
        "All good again.",
        "Everything is back to normal.",
        "I'm back at my desk.",
        "Payments work again",
        "Läuft wieder",
        "Great work, well done.",
        "If it happens again, call the bank.",
        "We will review this on Friday.",
        "Funciona de nuevo",
    ],
)
def test_all_is_well(text: str) -> None:
    assert says_it_is_back(text) is None
