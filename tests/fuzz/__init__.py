"""Damaged inputs for every parser: an answer or a message, never a traceback, a hang or a full memory."""
