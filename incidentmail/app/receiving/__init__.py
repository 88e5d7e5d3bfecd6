"""Incoming mail: accept, read, match to its incident, judge, answer."""
