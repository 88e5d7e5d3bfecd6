"""Describe changes that people made to an incident, for mail and for the terminal."""
