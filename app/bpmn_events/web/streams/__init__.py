"""The write ends of streams, whatever their transport: joined writes, bounded memory, heartbeats, stalled peers."""
