"""Write web pages and feeds into folders, and keep them up to date with the record."""
