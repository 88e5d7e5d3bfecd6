"""Replies of calendars to invitations."""
