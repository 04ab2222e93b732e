"""How the admin's pages write things."""
