"""From the setting STORAGE_URL to a storage."""

from urllib.parse import parse_qs, unquote, urlsplit

from tosportal.support.storage.interface import Storage
from tosportal.support.storage.local_folder import LocalFolder
from tosportal.support.storage.s3 import S3Storage


def storage_from_url(url: str) -> Storage:
    """A folder (`file:///srv/files` or a plain path) or a bucket (`s3://KEY:SECRET@host:port/bucket?scheme=http`).

    The query of an S3 address may name `scheme` (https unless told) and `region`. Keys with special signs are written
    percent-encoded. A wrong address raises ValueError without repeating the secret.

    >>> storage_from_url("file:///srv/files")
    LocalFolder('/srv/files')
    >>> storage_from_url("s3://key:se%2Fcret@127.0.0.1:8333/files?scheme=http")
    S3Storage(bucket='files', endpoint='http://127.0.0.1:8333')
    """
    if "://" not in url:
        if not url:
            raise ValueError("STORAGE_URL is empty: name a folder or an s3:// address")
        return LocalFolder(url)
    parts = urlsplit(url)
    if parts.scheme == "file":
        if parts.netloc not in {"", "localhost"} or not parts.path.strip("/"):
            raise ValueError("STORAGE_URL: a folder is written as file:///absolute/path")
        return LocalFolder(unquote(parts.path))
    if parts.scheme != "s3":
        raise ValueError(f"STORAGE_URL: {parts.scheme}:// is not known; use file:// or s3://")
    bucket = parts.path.strip("/")
    if not (parts.hostname and parts.username and parts.password and bucket) or "/" in bucket:
        raise ValueError("STORAGE_URL: write s3://KEY:SECRET@host:port/bucket")
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    unknown = set(query) - {"scheme", "region"}
    scheme = query.get("scheme", "https")
    if unknown or scheme not in {"http", "https"}:
        raise ValueError("STORAGE_URL: only scheme=http|https and region may follow the question mark")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return S3Storage(
        bucket=bucket,
        endpoint=f"{scheme}://{host}" + (f":{parts.port}" if parts.port else ""),
        access_key=unquote(parts.username),
        secret_key=unquote(parts.password),
        region=query.get("region", "us-east-1"),
    )
