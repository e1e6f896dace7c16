"""Pictures of graphs: `draw(x)`. Works on any object that follows the protocol of `autograd.graph`."""

from autograd.draw.picture import draw

__all__ = ["draw"]
