"""Scans of signed papers."""

from typing import IO

from tosportal.domain.errors import Remark, RuleBroken
from tosportal.features.accounts.consents import Scan
from tosportal.support.storage import check_upload, current_storage, new_key, remember_to_undo

SCAN_KINDS = ("pdf", "jpeg", "png")
SCAN_MB = 15


def keep_scan(stream: IO[bytes], name: str) -> Scan:
    """The bytes lie in the storage; they go away again unless the transaction is committed.

    Raises RuleBroken (not accepted, broken, too large) and StorageUnavailable.
    """
    most = SCAN_MB * 1024 * 1024
    try:
        accepted = check_upload(stream, name, accept=SCAN_KINDS, max_bytes=most)
        storage, key = current_storage(), new_key()
        remember_to_undo(storage, key)
        stored = storage.put(key, stream, size_limit=most)
    except RuleBroken as refused:
        raise RuleBroken([Remark(one.template, one.values, "scan") for one in refused.remarks]) from refused
    return Scan(key, accepted.clean_name, accepted.media_type, stored.size, stored.sha256)
