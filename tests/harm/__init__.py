"""What must not happen, whatever goes wrong: crashes at every point, systems that fail, hostile rows."""
