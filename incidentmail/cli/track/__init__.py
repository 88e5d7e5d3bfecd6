"""Commands that keep track of an incident: what is to be done and by whom, what is assumed, who is at work."""
