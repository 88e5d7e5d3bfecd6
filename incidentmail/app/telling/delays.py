"""Define how long mail may be in transit before people are told about the delay."""

from __future__ import annotations

from datetime import timedelta

LONG_DELAY = timedelta(hours=4)
"""Shorter delays are shown without an alarm, because servers let unknown senders wait for up to an hour."""
LONG_DELAY_IS_NEWS_FOR = timedelta(days=1)
LONG_DELAYS_MAX = 50
"""How many delayed recipients are reported in one round. The limits of private mail are lower."""
