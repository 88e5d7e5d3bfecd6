"""Mails of a drill: the first, the last, and those from invented people."""
