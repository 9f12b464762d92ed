"""Read and write files, whatever their content."""
