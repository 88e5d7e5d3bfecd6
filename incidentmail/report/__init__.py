"""Report on the record of an incident: events in words, the timeline, and newly named people. Pure."""
