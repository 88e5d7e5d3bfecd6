"""Write web pages and feeds into folders, and keep them as the record is."""
