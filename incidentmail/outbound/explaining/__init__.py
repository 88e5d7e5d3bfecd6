"""Explanations for people who read our mail for the first time: abbreviations, severities, possible replies."""
