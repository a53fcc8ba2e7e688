"""A trial in the design of JULIET, its CRS graded on Penn, Lee and ASTCT. It takes a few minutes."""

import livingdrug as ld

result = ld.run_trial("juliet", n=1000, seed=1)
print(ld.report.regrading_text(result))
