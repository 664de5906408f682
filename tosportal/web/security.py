"""What protects every answer: headers, tokens against forged requests, limits of size, trusted proxies and hosts."""

from flask import Flask, Response, request, session
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from tosportal.config import Settings

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; font-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
MEGABYTE = 1024 * 1024

csrf = CSRFProtect()
limiter = Limiter(get_remote_address, default_limits=[])


def init_app(app: Flask, settings: Settings) -> None:
    """Attach all of it to an application."""
    app.config.update(
        MAX_CONTENT_LENGTH=25 * MEGABYTE,
        MAX_FORM_MEMORY_SIZE=2 * MEGABYTE,
        MAX_FORM_PARTS=4000,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=bool(settings.https),
        SESSION_COOKIE_NAME="__Host-tos" if settings.https else "tos",
        WTF_CSRF_TIME_LIMIT=None,
        RATELIMIT_STORAGE_URI=settings.limits_url,
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=True,  # a counter that does not answer never opens the door
        RATELIMIT_HEADERS_ENABLED=False,
    )
    if settings.trusted_hosts:
        app.config["TRUSTED_HOSTS"] = [host.strip() for host in settings.trusted_hosts.split(",")]
    if proxies := int(settings.proxies or 0):
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
    csrf.init_app(app)
    limiter.init_app(app)

    @app.after_request
    def protect(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        if settings.https:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        if request.endpoint != "static":
            response.vary.add("Cookie")
            personal = "_user_id" in session or request.method != "GET"  # asks no database: the answer is made
            if headers.get("Cache-Control", "no-cache") == "no-cache":  # said by nobody, or by `send_file` on its own
                headers["Cache-Control"] = "no-store" if personal else "no-cache"
        return response
