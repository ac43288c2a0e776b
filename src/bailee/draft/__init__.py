"""A first map, drafted from what a system looks like: each guess with its reason and its confidence. All pure."""
