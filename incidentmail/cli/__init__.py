"""Define the command line. There is a file for each command or group, which parses options and prints results."""
