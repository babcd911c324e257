"""Planes, contours, regions and their rasters in patient millimetres."""
