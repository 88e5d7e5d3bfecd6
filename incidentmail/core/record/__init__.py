"""The record itself: texts removed from it, old mail pruned, holds on incidents, and its keys."""
