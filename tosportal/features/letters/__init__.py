"""Texts of letters: what each feature writes, in the district's or the contest's own words.

Here the secretary reads, tries and changes the texts of the portal's letters. Ends where a letter is posted: letters
that stand in the outbox keep their words. The texts themselves lie on the ground (`support/notifications`).
"""
