"""What a call carries besides what HTTP says."""

OFFICE = "bailee.office"
"""Under this name a call's environment carries the office, as it is at the time of the call."""
