"""Commands that keep track of an incident: actions, assumptions, and the people at work."""
