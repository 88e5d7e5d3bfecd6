"""Carry out what becomes due as time passes, and send reminders and digests, within a limit for each person."""
