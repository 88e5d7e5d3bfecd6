"""Find the text of a reply that its sender wrote, without quotes, signatures and what programs add. Pure."""
