"""The forms in which people write times: a while, a time of the day, a day, a zone."""
