"""The promise: an office's plan for a year as text, its rules and its wording."""
