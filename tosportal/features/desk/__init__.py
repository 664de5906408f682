"""What waits for me after signing in. Reads only."""
