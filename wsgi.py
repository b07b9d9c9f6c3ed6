"""What a WSGI server loads: ``wsgi:app``."""

import sys

from tracker.app import create_app
from tracker.cli import settings_of_call

app = create_app(settings_of_call(sys.argv))
