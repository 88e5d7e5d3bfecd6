"""Turn bytes into a Message that is parsed and whose author is judged. Pure: DNS answers and the time are arguments."""
