"""Find the words that were in earlier messages of the incident, so that they change nothing a second time."""
