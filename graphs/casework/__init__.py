"""What is done for a case when something happens to it."""
