"""What a call carries besides what HTTP says."""

CONTEXT = "bailee.context"
"""Under this name a call's environment carries the context, as it is at the time of the call."""
