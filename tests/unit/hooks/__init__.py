"""The files of hooks, and the signatures of deliveries."""
