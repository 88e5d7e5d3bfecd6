"""Describe what somebody did to an incident, for mails and for the terminal."""
