"""Explain our mails to people who read them for the first time: abbreviations, severities, and what to write."""
