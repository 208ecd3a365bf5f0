"""Show what the store knows: tables and trees."""
