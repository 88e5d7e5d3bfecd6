"""Read the sender's own words as commands, or as a problem with a remedy. Pure."""
