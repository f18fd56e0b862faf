"""The back end: the only folder that may import Keras."""
