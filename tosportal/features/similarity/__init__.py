"""Similarity: which applications say the same, within a contest and against earlier years.

Remembers for each application the few it coincides with most, and when a contest was last compared. It only shows: a
person reads both texts side by side and decides; ends where admission begins.
"""
