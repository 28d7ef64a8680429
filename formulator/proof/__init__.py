"""The rules as formulas over every possible patient, and what is proven about their answers.

`formulator.proof.space` needs nothing beyond the engine; the other modules need z3 (`pip install formulator[verify]`).
"""
