"""Facts of the programme's indicators against their targets.

Remembers facts entered by the secretary with their source document; facts that follow from published decisions are
counted, never stored. The public reads plan, fact and degree of attainment.
"""
