"""Recognise replies that seem to ask for a change in words that the grammar does not accept.

incidentmail changes nothing, and asks the writer what the reply means.
"""
