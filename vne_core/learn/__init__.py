"""What every network shares: cards, registry, sessions."""
