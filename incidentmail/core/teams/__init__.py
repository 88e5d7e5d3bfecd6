"""Matters of several teams: words for customers, merged incidents, restricted incidents."""
