"""Find incidents that may be about one outage, and merge them."""
