"""Parse mail from bytes into a `Message`, and judge who wrote it. Pure: DNS answers and the time are arguments."""
