"""Statistics of agreement: numbers in, numbers with intervals out."""
