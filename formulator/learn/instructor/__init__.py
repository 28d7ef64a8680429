"""For whoever teaches: a session of cases on paper, what a class missed, and a bench on which a case is written."""
