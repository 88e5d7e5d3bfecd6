"""Limit how much private mail each person gets about incidents. Further lines wait for that person's next mail."""
