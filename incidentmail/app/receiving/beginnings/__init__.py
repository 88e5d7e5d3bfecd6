"""What begins something new: told from what belongs to an incident, read, and asked about."""
