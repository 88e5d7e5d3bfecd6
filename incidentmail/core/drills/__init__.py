"""Drills: scenarios, the state of a run, and the mails due in it."""
