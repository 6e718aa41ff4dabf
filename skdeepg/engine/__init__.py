"""Everything that runs a network: feed, train, predict, seeding, weights."""
