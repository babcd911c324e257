"""Matching slices between sequences and bringing them onto one grid."""
