"""Which words were in earlier messages of the incident, so that they change nothing again."""
