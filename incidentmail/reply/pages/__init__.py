"""What a page shows, as text: quotations are marked, hidden and struck-out words left out, signatures recognised."""
