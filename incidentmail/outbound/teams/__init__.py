"""Render messages about words for customers and merged incidents, and messages for executives."""
