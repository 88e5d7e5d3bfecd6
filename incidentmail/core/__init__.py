"""The rules of incidents: commands, events and state.

Everything here is pure: no clock, no I/O and no mail. Time and identity are arguments.
"""
