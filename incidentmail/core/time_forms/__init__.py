"""Parse times as people write them: the forms (a duration, a time of day, a day, a zone) and their meaning."""
