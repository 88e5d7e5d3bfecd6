"""How an incident is run: what is to be done and by whom, what is assumed, and who is at work."""
