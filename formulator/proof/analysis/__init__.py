"""The knowledge base searched for faults that no single rule shows: dead, missing, doubled, and contradictory ones.

One module a kind of fault. Each check is exact over every possible patient and brings a profile that shows the fault.
It needs z3 (`pip install formulator[verify]`); what is accepted is read by `formulator.knowledge.acceptances`.
"""
