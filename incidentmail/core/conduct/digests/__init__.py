"""Collect private messages about an incident, and limit how many mails each person gets."""
