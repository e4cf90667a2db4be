"""What the ports are made of: databases, engines, credentials. Knows no edge."""
