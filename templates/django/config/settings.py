<% from "django/model.jinja" import has_users %>
<% set pages = contract.kind == "web" %>
<% set admin = "admin" in contract.features %>
<% set users = has_users(contract) | length > 0 %>
<% set files = pages or admin %>
"""Settings. What differs between computers comes from the environment; README.md lists it."""

import os
from pathlib import Path

from .secret import secret_key

BASE_DIR = Path(__file__).resolve().parent.parent
DEFAULT_DATABASE = BASE_DIR / "instance" / "<< contract.app.name >>.sqlite3"
DATABASE = Path(os.environ.get("DATABASE") or DEFAULT_DATABASE)
DATABASE.parent.mkdir(parents=True, exist_ok=True)

DEBUG = os.environ.get("DEBUG") == "1"
SECRET_KEY = os.environ.get("SECRET_KEY") or secret_key(DATABASE.with_name("secret_key"))
ALLOWED_HOSTS = ["127.0.0.1", "localhost", *os.environ.get("ALLOWED_HOSTS", "").split()]

# Behind a proxy that speaks TLS and sets X-Forwarded-Proto: HTTPS only, for browsers too.
HTTPS = os.environ.get("HTTPS") == "1"
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
<% if users %>
    SESSION_COOKIE_SECURE = True
<% endif %>
# Subdomains and preload lists are for the owner of the whole domain to decide.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
<% if not users %>
# There are no accounts and no cookies, so there is nothing to forge requests with.
SILENCED_SYSTEM_CHECKS += ["security.W003"]
<% endif %>

INSTALLED_APPS = [
<% if admin %>
    "django.contrib.admin",
<% endif %>
<% if users %>
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
<% endif %>
<% if admin %>
    "django.contrib.messages",
<% endif %>
<% if files %>
    "django.contrib.staticfiles",
<% endif %>
    "app",
]

MIDDLEWARE = [
    "app.middleware.ContentSecurityPolicyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
<% if files %>
    "whitenoise.middleware.WhiteNoiseMiddleware",
<% endif %>
<% if users %>
    "django.contrib.sessions.middleware.SessionMiddleware",
<% endif %>
    "django.middleware.common.CommonMiddleware",
<% if users %>
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
<% endif %>
<% if admin %>
    "django.contrib.messages.middleware.MessageMiddleware",
<% endif %>
    "app.errors.ErrorMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
<% if not admin %>
APPEND_SLASH = False
<% endif %>
<% if files %>

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
<% set processors = admin or pages and (contract.auth or contract.entities | length > 1) %>
<% if not processors %>
            "context_processors": [],
<% else %>
            "context_processors": [
<% if admin %>
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
<% endif %>
<% if pages and (contract.auth or contract.entities | length > 1) %>
                "app.pages.common",
<% endif %>
            ],
<% endif %>
        },
    },
]

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_ALLOW_ALL_ORIGINS = False
<% endif %>

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATABASE,
        "OPTIONS": {
            # Writers wait for each other this many seconds, and take their lock before they read.
            "timeout": 5,
            "transaction_mode": "IMMEDIATE",
            # With a write-ahead log this never corrupts; a power cut may cost the last writes.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
<% if users %>

AUTH_USER_MODEL = "app.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
SESSION_COOKIE_AGE = 30 * 24 * 60 * 60
CSRF_USE_SESSIONS = True
CSRF_HEADER_NAME = "HTTP_X_CSRF_TOKEN"
<% if pages and contract.auth %>
LOGIN_URL = "/sign-in"
<% endif %>
<% endif %>

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    # Failures are logged with their traceback; refused requests are no failures.
    "loggers": {"django.request": {"handlers": ["console"], "level": "ERROR", "propagate": False}},
}
