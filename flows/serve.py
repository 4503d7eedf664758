"""The schedules, and the process that carries them out (``duban up``)."""

import asyncio
import logging
import signal
from collections.abc import Callable
from contextlib import suppress

from prefect.client.schemas.schedules import CronSchedule
from prefect.deployments.runner import RunnerDeployment
from prefect.runner import Runner
from prefect.types.entrypoint import EntrypointType

from flows.daily_check import daily_check
from flows.flag_overdue import flag_overdue
from flows.petition_warning import petition_warning
from flows.safety_sweep import safety_sweep
from flows.year_end_summary import year_end_summary
from flows.zombies import bury_the_dead
from plans.errors import StoreError
from plans.language import gettext as _
from plans.zone import OFFICE_ZONE

STOP_SECONDS = 4
"""How long running flows get to come to an end; with the server's own time it stays below ten."""


async def deployments() -> list[RunnerDeployment]:
    """The flows with their times, in the office's time zone.

    What runs every day harms nothing on a day off: what is counted is counted in working days. The
    registers are looked at before work, so that what is due on the day is seen in time.
    """
    scheduled = (
        (daily_check, "每日18时", "0 18 * * *"),
        (safety_sweep, "每日7时30分", "30 7 * * *"),
        (petition_warning, "每日8时", "0 8 * * *"),
        (flag_overdue, "每周一8时30分", "30 8 * * 1"),
        (year_end_summary, "12月25日和31日", "0 17 25,31 12 *"),
    )
    return [
        await flow.ato_deployment(
            name,
            schedules=[CronSchedule(cron=cron, timezone=OFFICE_ZONE)],
            # A path to a file would put this folder first on the path of every run.
            entrypoint_type=EntrypointType.MODULE_PATH,
        )
        for flow, name, cron in scheduled
    ]


def serve(ready: Callable[[], None], alive: Callable[[], bool]) -> None:
    """Registers the schedules and carries them out until SIGINT or SIGTERM.

    Args:
        ready: called when everything runs.
        alive: tells whether the server is still there.

    Raises:
        StoreError: the server has ended.
    """
    logging.getLogger("prefect.runner").setLevel(logging.CRITICAL)
    asyncio.run(_serve(ready, alive))


async def _serve(ready: Callable[[], None], alive: Callable[[], bool]) -> None:
    # Paused when it stops, the schedules leave no heap of late runs for the next start.
    runner = Runner(name="duban", pause_on_shutdown=True)
    for deployment in await deployments():
        await runner.aadd_deployment(deployment)
    await bury_the_dead()
    running = asyncio.create_task(runner.start())
    await asyncio.sleep(0)  # the runner sets a signal handler of its own first
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    while not (runner.started or running.done()):
        await asyncio.sleep(0.05)
    ready()
    while alive() and not running.done() and not stop.is_set():
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), 1)
    lost = not alive()
    runner.pause_on_shutdown = not lost
    with suppress(Exception):  # the end comes anyway, in time
        async with asyncio.timeout(STOP_SECONDS):
            await runner.astop()
            await running
    if lost:
        raise StoreError(_("the Prefect server has ended, and with it the schedules"))
    if not stop.is_set():
        await running  # it ended by itself: with an error, which is shown
