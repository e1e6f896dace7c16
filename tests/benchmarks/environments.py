"""Where each contestant runs: a virtual environment of its own, for two of them share an import name."""

import os
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).parent
CHECKOUT = HERE.parents[1]
DEFAULT = CHECKOUT / ".venv-bench"

NAMES = {
    "numpy": "NumPy by hand", "torch": "PyTorch", "jax": "JAX, jit", "autograd": "autograd (PyPI)", "mygrad": "MyGrad",
    "micrograd": "micrograd",
}
PACKAGES = {
    "torch": ["torch==2.13.0", "numpy"], "jax": ["jax", "numpy"], "autograd": ["autograd", "numpy"],
    "mygrad": ["mygrad", "numpy"], "micrograd": ["micrograd", "numpy"],
}


def python_of(contestant: str, envs: Path) -> Path:
    """The interpreter: this one for norgrad and NumPy, else that of the peer's environment."""
    if contestant not in PACKAGES:
        return Path(sys.executable)
    return envs / contestant / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def environ_of(contestant: str) -> dict[str, str]:
    """The environment variables: only norgrad has the checkout on its path, and nothing slows NumPy down."""
    kept = {k: v for k, v in os.environ.items()
            if not k.startswith("PYTHON") and k not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")}
    return kept | ({"PYTHONPATH": str(CHECKOUT)} if contestant == "norgrad" else {})


def install(peers: list[str], envs: Path) -> None:
    """Make the environments of these peers."""
    for peer in peers:
        print(f"installing {NAMES[peer]} in {envs / peer}", file=sys.stderr)
        venv.create(envs / peer, with_pip=True)
        command = [python_of(peer, envs), "-m", "pip", "install", "--disable-pip-version-check", "-q"]
        subprocess.run([*command, *PACKAGES[peer]], env=environ_of(peer), check=True)
