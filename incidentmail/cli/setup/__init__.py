"""Commands for the first day: create a configuration, check it, and find out what does not work."""
