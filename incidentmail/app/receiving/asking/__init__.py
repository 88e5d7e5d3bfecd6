"""What the sender of a reply is asked, if it seems to want something that was not read."""
