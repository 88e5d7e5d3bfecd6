"""Mails of a drill: its first and last, and those of invented people."""
