"""Post to the organisation's programs over HTTP, within limits. This package does not depend on hooks or incidents."""
