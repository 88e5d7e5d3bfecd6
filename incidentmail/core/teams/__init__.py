"""Matters that involve several teams: words for customers, merged incidents, restricted incidents."""
