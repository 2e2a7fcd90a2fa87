"""Member institution pages, under /institution/."""
