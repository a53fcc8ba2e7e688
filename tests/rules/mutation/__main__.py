"""Prints what share of the mutants a case notices: ``python -m tests.rules.mutation [module ...] [--show]``.

``--show`` lists those that none notices; ``--whole`` counts every case that notices one.
"""

import argparse

from tests.rules.cases import all_cases
from tests.rules.mutation.check import MODULES, score, tally


def main() -> None:
    """Try the mutants of the modules named, or of all, and print a line for each module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", nargs="*", default=MODULES, metavar="module")
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--whole", action="store_true")
    given = parser.parse_args()
    caught, survived, telling = set(), set(), set()
    for module in given.modules:
        found = tally(module, given.whole)
        print(found, flush=True)
        if given.show:
            for mutant in found.survived:
                print(f"    {mutant}")
        caught |= set(found.caught)
        survived |= set(found.survived)
        telling |= found.telling
    print(score("all", len(caught), len(survived - caught)))
    print(f"{len(all_cases())} cases, at a threshold{'' if given.whole else ' at least'}: {len(telling)}")


if __name__ == "__main__":
    main()
