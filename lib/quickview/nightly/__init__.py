"""Many reports in a night: what to make, on which processes, and what readers are told of it."""
