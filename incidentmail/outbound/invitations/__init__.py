"""Invitations to a retrospective: the calendar entry, and the mail with it."""
