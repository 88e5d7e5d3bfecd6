"""Render invitations to a retrospective: the calendar entry and the mail that contains it."""
