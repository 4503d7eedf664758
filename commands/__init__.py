"""The commands of the desk, one file a group; ``cli.py`` imports each only when it is called."""
