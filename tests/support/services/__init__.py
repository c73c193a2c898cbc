"""Real services for tests, each private to one test: own directory, own ports, loopback only."""
