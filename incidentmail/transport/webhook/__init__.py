"""Post to programs of the organisation over HTTP, with limits. This package knows neither hooks nor incidents."""
