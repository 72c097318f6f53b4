"""What is derived from the truth to find things fast; every file of it may be deleted at any time."""
