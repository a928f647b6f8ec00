"""Evidence over time: events that others recorded, what they tell of an agreement, and what became of forecasts."""
