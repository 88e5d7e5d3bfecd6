"""Decide who gets which private message, within which limits. Alarms to the operator are included."""
