"""Incidents that are one: found, made one, and offered to be made one."""
