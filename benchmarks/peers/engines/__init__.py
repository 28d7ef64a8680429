"""The engines that are compared, a module each, all with the same small protocol.

`prepare(rules)` gets the translated rules and returns an object with
- `one(facts)`: the ids of the rules that hold and of those that are open, for one patient (engines for one patient);
- `loaded(columns)`: the columns of a cohort as the engine keeps them; `many(loaded)`: the answer in the engine's own
  form; and `rows(answer, start, stop)`: that answer as two boolean tables, a row per rule and a column per patient, for
  the check (engines for cohorts).

Ours have `given(rules)` before it, which reads the knowledge base.
"""
