"""Its optimisers and fixed points, and containers as vectors."""
