"""The schema as Strawberry types, inputs and root fields."""
