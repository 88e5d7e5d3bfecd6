"""Collect the private messages for each person about an incident, and limit how many mails they take."""
