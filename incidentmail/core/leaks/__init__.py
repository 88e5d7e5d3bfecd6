"""Keys, tokens and passwords in a text that is about to be mailed: found by their form or by their name."""
