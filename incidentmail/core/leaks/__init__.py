"""Find keys, tokens and passwords in text that is about to be sent, by their format or the words around them."""
