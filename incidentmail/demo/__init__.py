"""Run the demo: two incidents between a stand-in mailing list and three subscribers, on loopback."""
