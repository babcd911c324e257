"""The vne-reader desktop application."""
