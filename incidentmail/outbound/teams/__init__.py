"""Messages about words for customers, merged incidents, and for executives."""
