"""How much private mail each person has had about incidents, and what waits for their next mail."""
