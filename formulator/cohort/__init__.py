"""Many patients at once: the same rules, no second truth."""
