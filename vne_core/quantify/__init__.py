"""Lesion burden from contours, regions and thresholds."""
