"""Training: `fit` and what it is made of.

fit            the loop
run            the state of a run, which callbacks see, and the batches that it goes through
arguments      what may be wrong with them
callbacks      what it does besides: validation, schedule, early stopping, progress bar, …
history        what it returns; evaluation: a model's numbers on other data
recording      a run in moments, to be played; checkpoint: its whole state in a file
optim          optimisers, the simplest first; optim_state: their bookkeeping; lbfgs
schedules      the learning rate from epoch to epoch
"""

from nn.training.evaluation import evaluate
from nn.training.fit import fit
from nn.training.run import Run

__all__ = ["Run", "evaluate", "fit"]
