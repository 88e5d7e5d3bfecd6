"""Parse mail from bytes into a `Message`, and determine who wrote it. Pure: DNS answers and the time are arguments."""
