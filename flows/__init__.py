"""The looking: Prefect flows that check the plans at the set times.

Prefect reads its settings when it is imported, so they are made before any module of this room can
import it. ``settings``, ``server``, ``lock``, ``runner`` and ``up`` import it late, or not at all.
"""

from flows.settings import configure

configure()
