"""Store rows with statements that work in every supported database."""
