"""Determine who wrote a message, and how far to trust that. Pure: DNS key records are arguments."""
