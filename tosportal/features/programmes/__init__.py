"""The municipal programme: passport, tasks, indicators with targets, activities with money by source and year.

Remembers what the district planned; totals are computed and never stored. The public reads it. Ends at contests, which
take their fund from an activity, and at indicators, which set facts against its targets.
"""
