from importlib.util import find_spec

# modules that only run where PyTorch is installed, and hold no tests themselves
collect_ignore_glob = [] if find_spec("torch") else ["theirs.py", "torch_*.py", "make_*.py"]
