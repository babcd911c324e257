"""T1 maps from inversion-recovery images."""
