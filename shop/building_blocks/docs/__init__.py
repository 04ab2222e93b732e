"""The documentation of the API as a page, to read and to try."""
