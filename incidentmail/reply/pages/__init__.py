"""Convert HTML to the text that a reader sees.

Quotations are marked, hidden and struck-out words are omitted, and signatures are recognised.
"""
