"""Ask the sender of a reply about changes that the reply seems to ask for but that were not understood."""
