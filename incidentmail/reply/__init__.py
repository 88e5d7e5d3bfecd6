"""Extract the text that the sender of a Message wrote, and parse that text into Commands. Pure."""
