"""The middle: the graph, and the passes over it."""
