"""Handle messages that begin something new: distinguish them from replies, parse them, and ask about them."""
