"""Mutation of the engine's code: a fixed sample of mutants of every module, and what the tests notice of it."""
