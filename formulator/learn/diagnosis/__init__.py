"""From a decision to what was missed in it: an ordered list of diagnosers."""
