"""Compute the actions that are due in a running incident: updates, deadlines, offers of roles, and reminders."""
