"""Running the archive safely: limits, accounts, the audit trail, jobs."""
