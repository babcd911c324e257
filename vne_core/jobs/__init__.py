"""Long work in a process of its own, told as a stream of events."""
