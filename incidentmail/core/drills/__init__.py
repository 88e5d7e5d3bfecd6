"""Drills: scenarios, the state of a run, and the mails that are due in it."""
