"""The mail that a person at a terminal sees before it is sent, and the letters that change it."""
