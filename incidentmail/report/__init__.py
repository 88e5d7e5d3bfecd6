"""Report from the record of an incident: its events in words, its timeline, and who was newly named. Pure."""
