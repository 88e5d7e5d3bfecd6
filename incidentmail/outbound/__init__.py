"""Render mail about an incident: to the list, to one person, to the operator. Pure."""
