"""Commands that declare, change or show incidents."""
