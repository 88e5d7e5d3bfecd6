"""Commands for the first day: make a configuration, check it, and find out what does not work."""
