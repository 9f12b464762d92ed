"""An instance as arrays: horizon, feasible placements, unserved work, parameters."""
