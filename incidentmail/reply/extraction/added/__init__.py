"""Recognise the text that programs, gateways, lists and signatures add around the words of a reply."""
