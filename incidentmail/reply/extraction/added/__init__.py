"""Recognise text that programs, gateways, lists and signatures add to a reply."""
