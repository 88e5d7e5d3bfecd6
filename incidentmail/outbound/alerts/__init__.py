"""Mails about alerts: the question whether one is an incident, and the result. Pure."""
