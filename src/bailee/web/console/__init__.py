"""``/console/``: what staff see and do. One file a screen."""
