"""The retrospective of an incident: its owner, its time, its invitations, and whether it was held."""
