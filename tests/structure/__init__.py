"""A mirror of how the source is put together: what `make structure` prints, and holds where it is."""
