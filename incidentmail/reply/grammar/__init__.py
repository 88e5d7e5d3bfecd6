"""From the sender's own words to commands, or to a problem with a remedy. Pure."""
