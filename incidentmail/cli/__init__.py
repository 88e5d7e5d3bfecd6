"""Define the command line. Each command or group has a file, which parses options and prints results."""
