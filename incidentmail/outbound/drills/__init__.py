"""Render the mails of a drill: the first, the last, and those from invented people."""
