"""The words by which wishes are recognised: a table for each language. `vocabulary.py` explains the tags."""
