"""Side by side with peers on the same data: `python -m benchmarks`; synthetic data at any size."""
