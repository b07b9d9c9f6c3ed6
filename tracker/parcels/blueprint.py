"""The blueprint of parcels; routes.py, fate_routes.py and list_routes.py add their pages to it."""

from flask import Blueprint

bp = Blueprint("parcels", __name__)
