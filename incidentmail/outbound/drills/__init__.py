"""Render the mail of a drill: the first message, the last, and those from invented people."""
