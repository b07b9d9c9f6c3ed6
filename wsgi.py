"""What a WSGI server loads: ``wsgi:app``."""

from tracker.app import create_app

app = create_app()
