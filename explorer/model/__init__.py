"""What is looked at: a cell or a network with its weights, and what it is fed."""
