"""Describe changes that people made to an incident, for mails and for the terminal."""
