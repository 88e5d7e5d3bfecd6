"""Decides which events a command causes in a state, or why none. Pure."""
