"""Find incidents that may be about the same outage, and merge incidents."""
