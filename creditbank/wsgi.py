"""The WSGI door of the bank."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "creditbank.settings")
application = get_wsgi_application()
