"""The engines that are compared, a module each, all with the same small protocol.

`prepare(rules)` gets the translated rules and returns an object with
- `one(facts)`: the ids of the rules that hold and of those that are open, for one patient (engines for one patient);
- `many(columns)`: the answer for a cohort in the engine's own form, and `rows(answer, start, stop)`: that answer as two
  boolean tables, a row per patient and a column per rule, for the check (engines for cohorts).
"""
