"""What several teams share: words for customers, merged and restricted incidents."""
