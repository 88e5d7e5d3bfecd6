"""Find replies that seem to want something that the grammar did not read. Their writers are asked; nothing is done."""
