"""Worked maps: six small systems as a firm would describe them, each with what must happen when somebody leaves."""
