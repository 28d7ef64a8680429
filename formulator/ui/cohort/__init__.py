"""A cohort on the screen."""
