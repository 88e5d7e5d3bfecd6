"""The flow, readable in one sitting: receive, act, announce, deliver."""
