"""The same tasks for Taskwarrior: one a milestone, the reached ones completed."""

import json
import os
import subprocess
import uuid
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from pathlib import Path

from benchmarks.data import AS_OF, promised


def environment(folder: Path) -> dict[str, str]:
    """An empty Taskwarrior of its own, that asks and syncs nothing."""
    folder.mkdir()
    settings = folder / "taskrc"
    settings.write_text(f"data.location={folder}\nconfirmation=off\ngc=on\nhooks=off\n")
    return {"TASKRC": str(settings), "TASKDATA": str(folder)}


def import_tasks(env: Mapping[str, str], items: int) -> None:
    """Imports five tasks an item, due as its milestones, moved so that today is ``AS_OF``."""
    shift = datetime.now().date() - AS_OF
    stamp = "%Y%m%dT%H%M%SZ"
    entered = (datetime.now() - timedelta(days=365)).strftime(stamp)
    tasks = []
    for number in range(items):
        made = promised(number)
        late = number % 200 == 0
        past = [s for s in made.milestones if s.due <= AS_OF]
        for step in made.milestones:
            due = datetime.combine(step.due + shift, time(23, 59, 59))
            done = step in past and not (late and step is past[-1])
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
