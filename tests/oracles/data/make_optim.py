"""Write optim.npz, PyTorch's numbers for the cases of cases/optim.py.

    PYTHONPATH=tests python -m oracles.data.make_optim

Needs PyTorch; the tests that read the file do not.
"""

import numpy as np
from cases.optim import INITIALISERS, OPTIMIZERS, PATH, SCHEDULES, SHAPES, name_of
from oracles import torch_optim


def main():
    found = {name_of(case): torch_optim.optimizer_path(case) for case in OPTIMIZERS}
    found |= {name_of(case): torch_optim.schedule_rates(case, 60) for case in SCHEDULES}
    found |= {f"{name_of(case)} {shape}": torch_optim.statistics(case, shape)
              for case in INITIALISERS for shape in SHAPES}
    np.savez_compressed(PATH, **found)
    print(f"{len(found)} arrays, {PATH.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
