"""Parse the sender's own words into commands, or into a problem with a remedy. Pure."""
