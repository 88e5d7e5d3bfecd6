"""A Message to what the person wrote, and that to Commands. Pure."""
