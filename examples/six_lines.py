"""A virtual trial in six lines: run it, read it, draw it. It takes a few minutes; a smaller n is quicker."""

import livingdrug as ld

result = ld.run_trial("juliet", n=1000, seed=1)
print(result)
rows = result.rows()
print(rows[rows["counted"] & ~rows["inside"]][["title", "unit", "published", "simulated"]].to_string())
ld.report.draw_survival(result).savefig("survival.svg")
