"""Everything that is proven or searched about a knowledge base, in one run, with a report that can be shipped."""
