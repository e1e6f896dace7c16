"""An import path of the PyPI autograd: nothing to read here, see compat/."""
from autograd.compat.test_util import check_equivalent, check_grads, check_jvp, check_vjp, combo_check, scalar_close

__all__ = ["check_equivalent", "check_grads", "check_jvp", "check_vjp", "combo_check", "scalar_close"]
