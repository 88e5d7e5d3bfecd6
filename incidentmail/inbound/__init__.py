"""From bytes to a Message that we understand and believe. Pure: DNS answers and the time are arguments."""
