"""Messages about what several teams share: words for customers, merged and restricted incidents, other readers."""
