"""Commands about mail that comes in or goes out."""
