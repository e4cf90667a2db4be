"""Benchmarks of the product, run by ``make bench``. They are not part of the distribution."""
