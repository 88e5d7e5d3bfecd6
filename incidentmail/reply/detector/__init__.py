"""Recognise replies that seem to ask for a change, but in words that the grammar does not accept.

Their writers are asked what they mean. Nothing is changed.
"""
