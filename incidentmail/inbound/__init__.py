"""Bytes to a Message that we understand and believe. Pure: DNS and time are handed in."""
