"""A saved Keras model, read as data, written as a spec: no Keras, no code run."""
