"""The WSGI door of the bank; in production it stays shut while the configuration is unsafe."""

import os
from pathlib import Path

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from creditbank.security import refuse_unsafe_start

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "creditbank.settings")
refuse_unsafe_start()
Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
application = get_wsgi_application()
