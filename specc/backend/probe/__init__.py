"""Looking at a model in training without touching it: activations, gradients, predictions.

Every look runs in a stateless scope, in which Keras assigns nothing: seed generators, moving
averages, metrics and optimizer stay as they are, to the last bit.
"""

from specc.backend.probe.look import Looker
from specc.backend.probe.origin import Kept, Origin, find

__all__ = ["Kept", "Looker", "Origin", "find"]
