"""Let time pass for an installation without `serve`, whose `flush` does every few minutes what is due."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Installation


def later(house: Installation, minutes: int, *, by: int = 5) -> None:
    """Let `minutes` pass, and run `flush` after each `by` minutes."""
    for _ in range(minutes // by):
        house.clock.tick(minutes=by)
        house.ok("flush")
