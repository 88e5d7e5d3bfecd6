"""The forms in which people write times: a duration, a time of day, a day, a zone."""
