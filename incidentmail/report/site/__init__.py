"""Make the web pages and feeds of incidents, for the organisation and for the public. Pure.

`read_incident` (record.py) turns the events of one incident into what pages may show of it. Everything that people
wrote passes `Masks.shown` (masks.py), which takes out addresses and secrets. Restricted incidents never get here.
"""
