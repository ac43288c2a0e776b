"""Bailee makes a firm's privacy notice executable."""

__version__ = "0.1.0"
