"""How the admin looks: its index, its style sheet, its icon."""
