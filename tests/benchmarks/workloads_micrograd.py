import sys
from importlib.metadata import version

import problems
from micrograd.engine import Value
from micrograd.nn import MLP

sys.setrecursionlimit(1_000_000)  # its backward pass recurses to the depth of the graph

VERSION = version("micrograd")
WORKLOADS = {
    "mlp-scalar": lambda: problems.mlp_scalar(MLP),
    "chain": lambda: problems.chain(Value),
    "fan": lambda: problems.fan(Value),
}
