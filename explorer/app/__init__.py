"""What every page stands in: the frame, the list of pages, the garbage collector."""
