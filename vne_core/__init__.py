"""Contrast-free cardiac MR: import, match, fit, quantify. No Qt."""
