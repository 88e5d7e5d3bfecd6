"""Limit how much private mail about incidents each person gets. Lines beyond the limit wait for the next mail."""
