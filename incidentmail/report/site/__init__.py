"""Make the web pages and feeds of incidents, for the organisation and for the public. Pure.

`read_incident` (record.py) turns the events of one incident into the data that pages show. Everything that people wrote
passes `Masks.shown` (masks.py), which removes addresses and secrets. Restricted incidents are kept out before that.
"""
