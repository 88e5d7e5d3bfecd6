"""Find out who wrote a message, and how far its author is believed. Pure: key records are arguments."""
