"""An import path; the code is in stepper.py."""

from autograd.draw.stepper import explore, wrong_order

__all__ = ["explore", "wrong_order"]
