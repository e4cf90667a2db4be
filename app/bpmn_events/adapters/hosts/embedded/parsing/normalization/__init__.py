"""The preparation of a file before it is read: one spelling of each attribute value, and an id for each flow node."""
