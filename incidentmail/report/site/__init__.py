"""Render web pages and feeds of incidents, for the organisation and for the public. Pure.

`read_incident` (record.py) turns the events of one incident into the data shown on pages. Everything written by people
passes through `Masks.shown` (masks.py), which removes addresses and secrets. Restricted incidents are excluded
beforehand.
"""
