"""Visitors at the portal, with all systems well and with one that hangs."""
