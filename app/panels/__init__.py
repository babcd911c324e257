"""The widgets around the images."""
