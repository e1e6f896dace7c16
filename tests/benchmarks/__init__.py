"""Races norgrad against its peers: `python -m tests.benchmarks` (or `make bench`)."""
