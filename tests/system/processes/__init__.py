"""Running processes behind a server: steps, loops, lanes, timers and deliveries."""
