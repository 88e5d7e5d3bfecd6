"""The words by which wishes are recognised, one table per language. `vocabulary.py` explains the tags."""
