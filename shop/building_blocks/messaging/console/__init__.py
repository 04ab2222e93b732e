"""The operator's console: how messages stand, why they are stuck, and what may be done about it."""
