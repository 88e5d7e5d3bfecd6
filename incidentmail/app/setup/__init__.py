"""Make a configuration: find sensible answers, write the file, make the key, and send a test mail."""
