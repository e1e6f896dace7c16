"""Functions that have no gradient by nature: their slope is 0 wherever it exists, so that they give constants."""

import numpy as np

from autograd.rules.table import no_gradient

no_gradient(
    # rounding, comparing, and asking what kind of number it is
    np.floor, np.ceil, np.trunc, np.rint, np.round, np.around, np.fix, np.floor_divide, np.spacing,
    np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal,
    np.logical_and, np.logical_or, np.logical_xor, np.logical_not, np.any, np.all, np.isin,
    np.isnan, np.isinf, np.isfinite, np.isneginf, np.isposinf, np.signbit, np.iscomplex, np.isreal,
    np.isclose, np.allclose, np.array_equal, np.array_equiv,
    # positions
    np.argmax, np.argmin, np.nanargmax, np.nanargmin, np.argsort, np.argpartition, np.lexsort, np.searchsorted,
    np.digitize, np.argwhere, np.nonzero, np.flatnonzero, np.count_nonzero, np.unravel_index, np.ravel_multi_index,
    np.triu_indices_from, np.tril_indices_from, np.diag_indices_from,
    # shapes, dtypes, and arrays of the same shape
    np.size, np.shape, np.ndim, np.linalg.matrix_rank, np.zeros_like, np.ones_like, np.empty_like,
    np.result_type, np.can_cast, np.common_type, np.min_scalar_type, np.iscomplexobj, np.isrealobj,
)
