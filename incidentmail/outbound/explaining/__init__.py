"""Explain the words of a mail to people who meet them for the first time: abbreviations, and what a severity means."""
