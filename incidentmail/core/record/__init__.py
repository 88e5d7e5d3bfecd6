"""What is done to the record itself: texts removed from it, old mail pruned, incidents held."""
