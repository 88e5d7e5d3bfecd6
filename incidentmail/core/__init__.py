"""The rules for incidents: commands, events and state.

Everything here is pure: it reads no clock, does no I/O and sends no mail. Callers pass in times and identifiers.
"""
