"""`training_run` is imported by tests here, and run by them as a program."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
