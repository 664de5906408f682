"""What breaks in the middle of an act: two clicks, two tabs, the last second, a killed process."""
