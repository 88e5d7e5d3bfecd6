"""Find replies that seem to ask for a change that the grammar did not recognise.

The writers of such replies are asked what they mean; nothing is changed.
"""
