"""The retrospective of an incident, written from its record: what happened, and which questions it leaves."""
