"""A file for each command group: parse, call, print."""
