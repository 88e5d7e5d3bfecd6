"""Define what an incident is. Pure: no clock, no I/O, no mail; time and identity are arguments."""
