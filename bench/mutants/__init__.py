"""Mutation testing: small faults are put into the code one at a time, and the tests must notice. `make mutants`

cosmic-ray makes the mutants. A sample is drawn from them by hash, so that the same seed draws the same mutants as long
as their lines stay the same. Each runs in a copy of the project, with the tests that reach its line, quickest first; a
run of the suite under coverage.py, kept in var/bench/mutants until the code changes, says which these are. Lines that
only PostgreSQL reaches are tested there, under tests/postgres.

Mutants that no test can notice stand in equivalent.toml, each with its reason.
"""
