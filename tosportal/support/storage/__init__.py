"""Where files lie: one small interface over a local folder or an S3 server, and the checks an upload must pass.

The database keeps the key, the size and the SHA-256 of every file; names that people gave are labels in the database
and never reach the storage. An object is written once and never changed.
"""

from tosportal.support.storage.addresses import storage_from_url
from tosportal.support.storage.clean_pictures import CLEANED, NotClean, cleaned
from tosportal.support.storage.current import current_storage, init_storage
from tosportal.support.storage.interface import (
    ERASED,
    Storage,
    StorageUnavailable,
    Stored,
    new_key,
    shown_size,
    too_large,
)
from tosportal.support.storage.inventory import OLD_ENOUGH, Inventory, take_inventory
from tosportal.support.storage.local_folder import LocalFolder
from tosportal.support.storage.pictures import photo_made_anew
from tosportal.support.storage.s3 import S3Storage
from tosportal.support.storage.signature_files import SignatureFile, read_signature
from tosportal.support.storage.undo import leave_out, remember_to_undo, remove_after_commit
from tosportal.support.storage.upload_checks import KINDS, Accepted, check_upload, clean_name
from tosportal.support.storage.virus_check import NoScanner, find_virus

__all__ = [
    "CLEANED",
    "ERASED",
    "KINDS",
    "OLD_ENOUGH",
    "Accepted",
    "Inventory",
    "LocalFolder",
    "NoScanner",
    "NotClean",
    "S3Storage",
    "SignatureFile",
    "Storage",
    "StorageUnavailable",
    "Stored",
    "check_upload",
    "clean_name",
    "cleaned",
    "current_storage",
    "find_virus",
    "init_storage",
    "leave_out",
    "new_key",
    "photo_made_anew",
    "read_signature",
    "remember_to_undo",
    "remove_after_commit",
    "shown_size",
    "storage_from_url",
    "take_inventory",
    "too_large",
]
