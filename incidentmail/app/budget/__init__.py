"""Limit how much private mail each person gets about incidents. Lines beyond the limit wait for their next mail."""
