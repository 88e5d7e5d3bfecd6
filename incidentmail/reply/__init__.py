"""From a Message to the text that its sender wrote, and from that text to Commands. Pure."""
