"""The virtual native enhancement network, from a slice to its image."""
