"""How things leave: a record in, a document out; pure functions that never saw a request."""
