"""Rows: sources, split, preparation. NumPy and pandas are here, Keras is not."""
