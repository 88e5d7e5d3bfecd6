"""Find keys, tokens and passwords in a text that is about to be sent, by their form or by their name."""
