"""The looking: Prefect flows that check the plans at the set times."""
