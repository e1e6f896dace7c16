"""Tests against other libraries, where those are installed."""

from importlib.util import find_spec

# modules that only run where PyTorch is installed, and hold no tests themselves
collect_ignore_glob = [] if find_spec("torch") else ["torch_*.py", "data/make_*.py"]
