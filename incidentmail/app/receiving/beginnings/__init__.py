"""Messages that begin something new: distinguish them from replies, read them, and ask about them."""
