"""The trainee's pages: the casebook, playing a case, what was missed, progress."""
