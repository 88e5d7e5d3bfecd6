"""Drills: what a scenario contains, what a run of it records, and what is due in it."""
