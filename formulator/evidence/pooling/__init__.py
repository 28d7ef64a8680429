"""Partial pooling: component effects that share what is known, with their scales integrated out."""
