"""Write data/optim.npz, PyTorch's numbers for optim_cases.py: `PYTHONPATH=tests python -m oracles.make_optim_data`.

Needs PyTorch; the tests that read the file do not.
"""

import numpy as np
from oracles import torch_optim
from oracles.optim_cases import INITIALISERS, OPTIMIZERS, PATH, SCHEDULES, SHAPES, name_of


def main():
    found = {name_of(case): torch_optim.optimizer_path(case) for case in OPTIMIZERS}
    found |= {name_of(case): torch_optim.schedule_rates(case, 60) for case in SCHEDULES}
    found |= {f"{name_of(case)} {shape}": torch_optim.statistics(case, shape) for case in INITIALISERS for shape in SHAPES}
    np.savez_compressed(PATH, **found)
    print(f"{len(found)} arrays, {PATH.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
