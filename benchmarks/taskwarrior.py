"""The same tasks for Taskwarrior: one a milestone, the reached ones completed."""

import json
import os
import subprocess
import uuid
from datetime import date, datetime, time, timedelta
from pathlib import Path

from benchmarks.items import late, promised


def import_tasks(folder: Path, items: int, as_of: date) -> dict[str, str]:
    """Five tasks an item, due as its milestones, moved so that today is ``as_of``.

    Returns:
        The environment of a Taskwarrior of its own that has them; it asks and syncs nothing.
    """
    folder.mkdir()
    settings = folder / "taskrc"
    settings.write_text(f"data.location={folder}\nconfirmation=off\nhooks=off\n")
    env = {"TASKRC": str(settings), "TASKDATA": str(folder)}
    shift = datetime.now().date() - as_of
    stamp = "%Y%m%dT%H%M%SZ"
    entered = (datetime.now() - timedelta(days=365)).strftime(stamp)
    tasks = []
    for number in range(items):
        made = promised(number)
        for n, step in enumerate(made.milestones):
            due = datetime.combine(step.due + shift, time(23, 59, 59))
            done = step.due <= as_of and not (late(number) and n == 0)
            task = {
                "uuid": str(uuid.uuid5(uuid.NAMESPACE_OID, f"{made.code}/{step.code}")),
                "description": f"{made.title} {step.title}",
                "project": made.lead,
                "entry": entered,
                "due": due.strftime(stamp),
                "status": "completed" if done else "pending",
            }
            if done:
                task["end"] = (due - timedelta(days=2)).strftime(stamp)
            tasks.append(task)
    subprocess.run(
        ["task", "rc.verbose=nothing", "import", "-"],
        input=json.dumps(tasks),
        text=True,
        env={**os.environ, **env},
        check=True,
        capture_output=True,
    )
    return env
