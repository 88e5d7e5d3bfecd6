"""The demo: one incident played between a stand-in mailing list and three subscribers, on loopback."""
