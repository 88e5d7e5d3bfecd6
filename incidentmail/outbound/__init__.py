"""An Incident and its notices to mail. Pure."""
