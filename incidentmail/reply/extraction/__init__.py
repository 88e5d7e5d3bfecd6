"""Extract the text of a reply that its sender wrote, without quotes, signatures and additions by programs. Pure."""
