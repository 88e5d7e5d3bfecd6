"""Handle messages that begin something new. They are distinguished from replies, parsed, and asked about."""
