"""Reading the trail of acts and the outbox. Reads only."""
