"""Load the configuration: find, parse and check the file, report errors, and build the policy."""
