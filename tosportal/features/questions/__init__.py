"""Questions and answers on a contest.

Remembers: who asked what and until when it is answered, every edition of an answer. Here people ask, the secretary
answers for everybody to read. Ends where a condition has to change: that is an amendment of the contest.
"""
