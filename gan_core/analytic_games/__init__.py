"""Games whose answers are known, and experiments that show what a formula promises."""
