"""Post to programs of the organisation over HTTP, with limits. This package knows nothing of hooks or incidents."""
