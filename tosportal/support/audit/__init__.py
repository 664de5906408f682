"""The journal: an append-only, hash-chained trail of every act, written in the transaction of the act itself.

What goes in: who (a number, never a name), when, which act, on what, what was before and after. No personal data: the
journal outlives a request for erasure. The database refuses UPDATE and DELETE by triggers (see the migration), and
`verify()` names the first row that does not follow from the one before it.
"""

from tosportal.support.audit.chain import Broken, record, verify
from tosportal.support.audit.models import JournalEntry

__all__ = ["Broken", "JournalEntry", "record", "verify"]
