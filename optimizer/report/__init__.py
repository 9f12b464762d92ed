"""What a planner reads: small tables of an instance and of a plan, free of printing."""
