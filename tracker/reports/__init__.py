"""What people read: data that others computed, laid out for a terminal or as Markdown."""
