"""Every setting, read from the environment once; each is described in docs/running.md.

With nothing set it is the embedded bank: SQLite in ``var/``, development keys made on first start (never in
``production``).
"""

from datetime import timedelta
from pathlib import Path

from django.utils.translation import gettext_lazy
from environs import Env

from creditbank.engines import database_from_url

env = Env()

# development, test or production; only production insists on secrets and on https.
ENVIRONMENT = env.str("CREDITBANK_ENV", "development")
IN_PRODUCTION = ENVIRONMENT == "production"
BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.str("CREDITBANK_DATA_DIR", str(BASE_DIR / "var")))
DEBUG = env.bool("CREDITBANK_DEBUG", False)
SECRET_KEY = env.str("CREDITBANK_SECRET_KEY", "development-only-" + "0" * 40)
ALLOWED_HOSTS = env.list("CREDITBANK_ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]", "testserver"])
# Where people reach this bank: printed on certificates and slips, never taken from a request.
# Marks every page as 示例: the people in this bank are invented.
SAMPLE_DATA = env.bool("CREDITBANK_SAMPLE", False)
SITE_URL = env.str("CREDITBANK_SITE_URL", "http://127.0.0.1:8000").rstrip("/")
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CREDITBANK_TRUSTED_ORIGINS", [])

INSTALLED_APPS = [
    "creditbank",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
]
MIDDLEWARE = [
    "creditbank.network.ClientAddress",
    "django.middleware.security.SecurityMiddleware",
    "creditbank.portals.headers.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "creditbank.api.boundary.ApiBoundary",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "creditbank.people.second_factor.RequireSecondFactor",
    "axes.middleware.AxesMiddleware",
    "creditbank.portals.failures.CreditBankErrors",
]
ROOT_URLCONF = "creditbank.urls"
WSGI_APPLICATION = "creditbank.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "creditbank.portals.context.shell",
            ],
        },
    }
]

DATABASES = {"default": database_from_url(env.str("DATABASE_URL", f"sqlite:///{DATA_DIR / 'bank.sqlite3'}"))}
# What must hold for all processes together (tries, locks, used codes) is counted in the database.
CACHES = {"default": {"BACKEND": "creditbank.limits.cache.SharedCache"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "creditbank.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "public:arrive"

ACCOUNT_ADAPTER = "creditbank.people.login.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
# Nobody is written to because a stranger typed an address.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "/"

MFA_ADAPTER = "creditbank.people.login.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "学分银行"
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "authenticate": "creditbank.people.factor_forms.CodeForm",
    "reauthenticate": "creditbank.people.factor_forms.CodeAgainForm",
    "activate_totp": "creditbank.people.factor_forms.AppForm",
    "add_webauthn": "creditbank.people.factor_forms.PasskeyForm",
    "edit_webauthn": "creditbank.people.factor_forms.PasskeyNameForm",
}
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = ENVIRONMENT != "production"
# Who must have a second factor: functions of a person's id and a moment.
SECOND_FACTOR_DUTIES = [
    "creditbank.people.second_factor.holds_office",
    "creditbank.institutions.rights.holds_post",
]
# Who serves over an institution's counter: a function of an actor and the institution's code.
COUNTER_STAFF = "creditbank.institutions.rights.serves_over_counter"
# Whether an institution's counter serves today: a function of its code.
COUNTER_OPEN = "creditbank.institutions.rights.counter_is_open"
# What the floors above the people do when an account is closed, opened again or erased: see people.account_hooks.
ACCOUNT_HOOKS = {
    "close": [
        "creditbank.redemption.account_life.refuse_while_applications_run",
        "creditbank.corrections.account_hooks.refuse_closing",
    ],
    "unfreeze": [
        "creditbank.corrections.account_hooks.refuse_thawing",
        "creditbank.redemption.account_life.give_back_frozen_time",
    ],
    "erase": [
        "creditbank.evaluation.erasure.erase_from_returns",
        "creditbank.certificates.erasure.erase_from_certificates",
        "creditbank.redemption.erasure.erase_from_applications",
        "creditbank.corrections.erasure.erase_from_corrections",
        "creditbank.api.erasure.erase_from_answers",
    ],
}

# Too many wrong passwords: this name from this address waits a quarter of an hour.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "creditbank.network.source_of"
AXES_USERNAME_FORM_FIELD = "login"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
# Right logins are not logged: nobody asked for a list of when and where from.
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
AXES_LOCKOUT_TEMPLATE = "account/locked.html"

# Keys of the vault, 32 bytes each in Base64. Outside production they are made once into DATA_DIR/keys.json.
VAULT_KEYS: dict[str, str] = dict(env.json("CREDITBANK_VAULT_KEYS", {}))
VAULT_CURRENT_KEY = env.str("CREDITBANK_VAULT_CURRENT_KEY", "")
BLIND_INDEX_KEY = env.str("CREDITBANK_BLIND_INDEX_KEY", "")
RECEIPT_SIGNING_KEY = env.str("CREDITBANK_RECEIPT_SIGNING_KEY", "")
# Raw public keys (Base64) of earlier signing keys, so that old receipts still verify.
RECEIPT_EARLIER_PUBLIC_KEYS: list[str] = env.list("CREDITBANK_RECEIPT_EARLIER_PUBLIC_KEYS", [])
# Days after its end for which the file of a return is kept.
RETURN_FILE_DAYS: int = env.int("CREDITBANK_RETURN_FILE_DAYS", 180)
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
# What the tick forgets when it has run out: functions of a moment that return how many rows went.
SWEEPS = [
    "creditbank.limits.counting.sweep_counts",
    "creditbank.people.sweeping.sweep_people",
    "creditbank.rulebook.publishing.turn_versions",
    "creditbank.notices.reading.sweep_notices",
    "creditbank.examinations.sitting.sweep_sittings",
    "creditbank.people.sweeping.sweep_sessions",
    "creditbank.evaluation.tasks.sweep_finished_tasks",
    "creditbank.api.idempotency.sweep_answers",
]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", gettext_lazy("简体中文")), ("en", gettext_lazy("English"))]
LOCALE_PATHS = [BASE_DIR / "creditbank" / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
CSRF_FAILURE_VIEW = "creditbank.portals.failures.csrf_failure"
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
MEDIA_ROOT = DATA_DIR / "files"
# In production the static files are collected, named by their content and cached for good; elsewhere read in place.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if IN_PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not IN_PRODUCTION

# What one request may carry. A return is the largest thing that anybody sends.
UPLOAD_MAX_BYTES = env.int("CREDITBANK_UPLOAD_MAX_BYTES", 50 * 1024 * 1024)
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
# Requests to the API in a minute: of one key, of one person, of one nameless source.
API_REQUESTS_PER_MINUTE: int = env.int("CREDITBANK_API_REQUESTS_PER_MINUTE", 300)
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 10
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "creditbank.portals.uploads.BoundedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

# A session ends with the working day or with the browser; its cookie goes to this site alone, and over https.
SESSION_COOKIE_AGE = env.int("CREDITBANK_SESSION_SECONDS", 8 * 60 * 60)
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = IN_PRODUCTION
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = IN_PRODUCTION
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = IN_PRODUCTION
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = env.bool("CREDITBANK_HTTPS_REDIRECT", IN_PRODUCTION)
SECURE_HSTS_SECONDS = env.int("CREDITBANK_HSTS_SECONDS", 365 * 24 * 60 * 60 if IN_PRODUCTION else 0)
# Addresses or networks of the proxies whose X-Forwarded-For and X-Forwarded-Proto are believed: anybody can send them.
TRUSTED_PROXIES: list[str] = env.list("CREDITBANK_TRUSTED_PROXIES", [])
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None

# About the program, never about a person: see creditbank/logbook.py.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": "creditbank.logbook.JsonLines"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "root": {"handlers": ["stderr"], "level": env.str("CREDITBANK_LOG_LEVEL", "WARNING")},
    # Django's own handlers go: one would mail the tracebacks.
    "loggers": {"django": {"handlers": [], "propagate": True}, "django.server": {"handlers": [], "propagate": True}},
}
