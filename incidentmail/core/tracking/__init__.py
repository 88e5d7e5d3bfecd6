"""Tracked items (actions, needs, assumptions), roles, roll calls, and the people at work."""
