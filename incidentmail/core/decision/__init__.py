"""Decide which events a command causes in a state, or why it causes none. Pure."""
