"""Times as people write them: the forms (a while, a time of the day, a day, a zone), and what reads them."""
