"""specc: a declarative model-spec compiler and test harness for Keras."""
