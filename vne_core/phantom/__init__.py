"""Virtual patients whose truth is known."""
