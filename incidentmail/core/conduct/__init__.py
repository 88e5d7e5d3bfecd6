"""Compute the actions that are due in an open incident: updates, deadlines, role offers and reminders."""
