"""An import path of the PyPI autograd: nothing to read here, see compat/."""
from autograd.compat.test_util import check_grads, check_jvp, check_vjp, combo_check

__all__ = ["check_grads", "check_jvp", "check_vjp", "combo_check"]
