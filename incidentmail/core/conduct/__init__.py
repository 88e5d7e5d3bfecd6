"""How an incident is run: what is due, who is reminded, and who hears of what."""
