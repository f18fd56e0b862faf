"""Models that Keras saved, read as data: no Keras, no code run, hostile files refused."""
