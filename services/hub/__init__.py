"""The quality data hub: versioned tables, snapshots, named queries, ingest."""
