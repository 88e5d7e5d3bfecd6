"""Who wrote a mail, and how far that is believed. Pure: key records are handed in."""
