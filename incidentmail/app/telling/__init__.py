"""Decide who gets which private message, and within which limits. This includes alarms to the operator."""
