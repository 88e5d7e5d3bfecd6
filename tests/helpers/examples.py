"""How many generated histories a test plays: a few each time, many with `make histories`."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

_WANTED = int(os.environ.get("HISTORIES", "0"))


def histories(few: int) -> settings:
    """Settings of a test that plays `few` histories, or as many as `make histories` asks for. None is too slow."""
    return settings(
        max_examples=max(few, _WANTED),
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )


def seeds(few: int) -> range:
    """The seeds of `few` histories that take seconds each, or of a tenth of those that `make histories` asks for."""
    return range(max(few, _WANTED // 10))
