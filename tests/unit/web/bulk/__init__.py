"""Tests of the parts of the route for many triggers."""
