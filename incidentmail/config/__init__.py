"""The configuration: find and read the file, check its sections and types, report errors, and build the policy."""
