"""Set how many generated histories a test plays: a few by default, many with `make histories`."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

_WANTED = int(os.environ.get("HISTORIES", "0"))


def histories(few: int) -> settings:
    """Return hypothesis settings for `few` histories, or as many as `make histories` asks for, without a deadline."""
    return settings(
        max_examples=max(few, _WANTED),
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )


def seeds(few: int) -> range:
    """Return the seeds of `few` slow histories, or of a tenth of those that `make histories` asks for."""
    return range(max(few, _WANTED // 10))
