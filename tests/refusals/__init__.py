"""Persons who cannot be erased as things are: what every screen, letter and command says of them."""
