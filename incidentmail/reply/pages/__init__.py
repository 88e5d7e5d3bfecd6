"""Convert HTML to the text that a reader sees.

Quotations are marked, hidden and struck-out words are left out, and signatures are recognised.
"""
