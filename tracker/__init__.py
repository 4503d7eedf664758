"""The facts: what happened to each item, and what follows from it."""
