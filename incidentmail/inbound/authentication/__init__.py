"""Determine who wrote a message, and how far to trust this finding. Pure: DNS key records are arguments."""
