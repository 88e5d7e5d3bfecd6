"""Render mail about alerts: the question whether an alert is an incident, and the outcome. Pure."""
