"""The published notice: read, counted, linted, and written as a page. All pure."""
