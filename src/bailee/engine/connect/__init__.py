"""Systems connected: looked at, drafted, taken over, granted, and seen to be as their maps say."""
