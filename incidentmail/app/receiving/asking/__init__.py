"""Ask the sender of a reply about changes that the reply seems to request but that were not understood."""
