"""The bench on which a case is written: its text, what the engine answers, and what keeps it out of the casebook."""
