"""Sample data: an archive of any size whose people, places and libraries do not exist.

    python -m bench.sample_data --records 10000

For measuring, for trying the site out, for drills. The same number and seed give the same rows.
"""
