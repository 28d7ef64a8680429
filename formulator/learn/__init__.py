"""Learning: the trainee decides first, then sees which argument was missed; by the same engine and knowledge."""
