"""The money of the programme, entry by entry: budget roster, agreement with the region, awards, agreements, payments.

The plan stands in the editions of the programme. An entry is never changed; a mistake is taken back by an entry of the
opposite sign that names it.
"""
