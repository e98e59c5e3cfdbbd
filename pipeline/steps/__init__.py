"""The steps from an author's file to a proven model: one verb a module."""
