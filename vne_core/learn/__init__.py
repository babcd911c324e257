"""What every network of the program needs: weights and cards on disk, sessions, many processes."""
