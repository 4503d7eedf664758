"""Performance targets as ratios, each measured in one run; ``make bench`` prints them."""
