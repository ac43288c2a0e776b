"""A plan from its first step to the look after settling, and what holds kept, until it goes."""
