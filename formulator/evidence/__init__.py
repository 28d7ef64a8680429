"""From published studies to effect sizes, an additive component network and a fitted, calibrated model."""
