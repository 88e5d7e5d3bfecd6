"""Commands that compute figures over many incidents."""
