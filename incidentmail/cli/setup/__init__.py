"""Commands for the first day: make a configuration, check it, and find what does not work."""
