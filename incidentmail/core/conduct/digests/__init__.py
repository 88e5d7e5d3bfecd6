"""Collect what each person should hear privately about an incident, within a budget."""
