"""Collect what each person is told privately about an incident, and limit how many mails that takes."""
