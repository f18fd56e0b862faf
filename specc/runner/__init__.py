"""What is done with a compiled spec: its whole life, tuning, benchmarks."""
