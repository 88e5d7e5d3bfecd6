"""The record itself: redacted texts, pruned mail, holds on incidents, and keys."""
