"""Invitations to a retrospective: an entry for calendars, and the mail that carries it."""
