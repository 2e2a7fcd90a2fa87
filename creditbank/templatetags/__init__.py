"""Template tags of the portals' floor: the components of the design system."""
