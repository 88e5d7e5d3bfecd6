"""What a page shows as text: quotations marked, hidden and struck-out words left out, signatures told apart."""
