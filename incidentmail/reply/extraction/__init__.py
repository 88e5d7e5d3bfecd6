"""Which words of a reply its sender wrote: without quotes, signatures, and what programs add. Pure."""
