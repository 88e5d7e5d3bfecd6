"""The rendering of an incident and its notices as mail. Pure."""
