"""The fitted evidence model: its rows, variants, honest test, certainty and document."""
