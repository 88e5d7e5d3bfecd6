"""Find out who wrote a message, and how far to trust that. Pure: key records are arguments."""
