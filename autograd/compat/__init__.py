"""The PyPI `autograd`: its names, on norgrad's own functions. Code written for it runs unchanged.

Its users import from `autograd`, `autograd.core`, `autograd.misc` and so on: there stand paths that lead here. NumPy
under its name is in `autograd.numpy`.
"""
