"""Define the command line. Each command or group has its own file, which parses options and prints results."""
