"""Parse the sender's own words into commands, or into problems with a remedy. Pure."""
