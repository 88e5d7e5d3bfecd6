"""Decide which events a command causes, or why it is refused. Pure."""
