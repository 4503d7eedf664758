"""Runs that were killed: without a rule Prefect shows them as running for ever."""

from datetime import timedelta

from prefect.automations import Automation
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import StateType
from prefect.events.actions import ChangeFlowRunState
from prefect.events.schemas.automations import EventTrigger, Posture

NAME = "失去心跳的运行记为崩溃"
SILENT_SECONDS = 90
"""Three heartbeats (``flows.settings``)."""

_RUN = "prefect.flow-run."
_ENDS = ("Completed", "Failed", "Cancelled", "Crashed", "Paused", "Suspended")


async def bury_the_dead() -> None:
    """Makes the rule, once per server: no heartbeat and no end within a time is a crash."""
    async with get_client() as client:
        if await client.read_automations_by_name(NAME):
            return
    trigger = EventTrigger(
        after={f"{_RUN}heartbeat"},
        expect={_RUN + event for event in ("heartbeat", *_ENDS)},
        match={"prefect.resource.id": "prefect.flow-run.*"},
        for_each={"prefect.resource.id"},
        posture=Posture.Proactive,
        threshold=1,
        within=timedelta(seconds=SILENT_SECONDS),
    )
    crash = ChangeFlowRunState(
        name=None, state=StateType.CRASHED, message="没有心跳：进程已经不在", force=False
    )
    await Automation(name=NAME, trigger=trigger, actions=[crash]).acreate()
