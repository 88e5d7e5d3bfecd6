"""Parse the sender's own text into commands, or into problems with a remedy. Pure."""
