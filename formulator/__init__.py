"""A rules-plus-model recommender of personalised mesotherapy formulations."""

__version__ = "0.4.0"
