"""The decision: ranking, awards, split between sources, protocol, approval by a second person, publication.

Remembers each prepared decision as a frozen protocol with its digest, and its rows for lists. Ends at agreements.
"""
