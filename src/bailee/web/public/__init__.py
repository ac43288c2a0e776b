"""What everybody may see: the notice, and the portal of requests. One file a screen."""
