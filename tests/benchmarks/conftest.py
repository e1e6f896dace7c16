collect_ignore_glob = ["worker.py", "workloads_*.py"]  # these run in the peers' environments, and import the peers
