"""Whether the cases would notice a wrong limit: limits nudged and comparisons flipped, one at a time."""
