"""What the record of an incident says: its events in words, its timeline, who is up to date; pure."""
