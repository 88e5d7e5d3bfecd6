"""Extract the text that the sender of a reply wrote, without quotes, signatures and added text. Pure."""
