"""Explain abbreviations, severities and possible replies to people who read our mail for the first time."""
