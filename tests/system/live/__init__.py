"""Changes as they happen, over real sockets."""
