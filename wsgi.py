"""For any WSGI server: `app` is the portal with settings from the environment."""

from tosportal import create_app

app = create_app()
