"""A module that only asks."""
