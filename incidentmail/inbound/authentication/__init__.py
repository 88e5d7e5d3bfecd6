"""Who wrote a message, and how far that is believed. Pure: key records are arguments."""
