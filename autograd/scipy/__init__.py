"""Derivatives of SciPy's functions, under the names of the PyPI `autograd`. They need SciPy: `pip install scipy`.

    import autograd.scipy.special as sp
    from autograd.scipy.stats import norm

SciPy's ufuncs (`scipy.special.erf`) themselves take nodes once `autograd.scipy.special` is imported: its rows are in
the same table as NumPy's. SciPy's other functions take arrays alone: those that are here take nodes, too, and what else
is asked of these modules is SciPy's own. `import autograd` imports none of this.
"""
