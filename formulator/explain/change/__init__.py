"""What would change an answer: every smallest change of facts that can be changed, found exactly."""
