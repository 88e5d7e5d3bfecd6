"""Render an incident and its notices as mail. Pure."""
