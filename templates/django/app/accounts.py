"""Accounts: signing up, in and out, and a brake on guessing passwords."""

import re
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.db import IntegrityError, transaction
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.utils import timezone

from .errors import ApiError, Invalid
from .models import LoginAttempt, User
from .views import WRITING, ApiView, json_body, require_session, require_token

MAX_NAME_LENGTH = 40
MIN_PASSWORD_LENGTH = 8
MAX_PASSWORD_LENGTH = 200
MAX_ADDRESS_LENGTH = 45
# So many failures from one address close a name to that address for so long.
MAX_FAILURES = 10
BRAKE = timedelta(minutes=15)


class PublicView(ApiView):
    """An address for those who are not signed in yet."""

    def admit(self, request):
        """Refuse forms on pages of other sites, which could sign a visitor in as somebody else."""
        if request.method in WRITING and is_foreign(request):
            raise ApiError(403, "This request comes from another site.")


class AccountList(PublicView):
    """/api/accounts."""

    def post(self, request):
        """Make an account and sign in."""
        return begin_session(request, sign_up(json_body(request)), 201)


class CurrentSession(PublicView):
    """/api/session."""

    def get(self, request):
        """Say who is signed in."""
        return JsonResponse(session_of(request))

    def post(self, request):
        """Sign in."""
        return begin_session(request, sign_in(request, json_body(request)), 200)

    def delete(self, request):
        """Sign out; the old cookie opens nothing any more."""
        require_session(request)
        require_token(request)
        logout(request)
        return HttpResponse(status=204)


def begin_session(request, user, status):
    """Open a session of its own for this sign-in, and say what it is."""
    request.session.flush()
    login(request, user)
    return JsonResponse(session_of(request), status=status)


def session_of(request):
    """Return who is signed in, and the token that writes need."""
    if not request.user.is_authenticated:
        return {"user": None, "csrf_token": None}
    user = {"id": request.user.pk, "name": request.user.name}
    return {"user": user, "csrf_token": get_token(request)}


def sign_up(body):
    """Make an account and return it."""
    name, password = body.get("name"), body.get("password")
    problems = {}
    if not is_name(name):
        problems["name"] = (
            f"The name must be 1 to {MAX_NAME_LENGTH} letters, digits, dots, dashes or underscores."
        )
    if not isinstance(password, str) or not (
        MIN_PASSWORD_LENGTH <= len(password) <= MAX_PASSWORD_LENGTH
    ):
        problems["password"] = (
            f"The password must have {MIN_PASSWORD_LENGTH} to {MAX_PASSWORD_LENGTH} characters."
        )
    elif not is_storable(password):
        problems["password"] = "The password contains characters that cannot be used."  # noqa: S105
    if problems:
        raise Invalid(problems)
    try:
        with transaction.atomic():
            return User.objects.create_user(name, password)
    except IntegrityError:
        message = "This name is taken. Please choose another one."
        raise ApiError(409, message, {"name": message}) from None


def sign_in(request, body):
    """Return the account that a name and a password belong to."""
    name, password = body.get("name"), body.get("password")
    problems = {
        key: f"The {key} must be text."
        for key, value in (("name", name), ("password", password))
        if not isinstance(value, str)
    }
    if problems:
        raise Invalid(problems)
    # What no account can be called is counted too, but not kept.
    name = name if is_name(name) else ""
    password = password if is_storable(password) else ""
    attempt = begin_attempt(name, address_of(request))
    user = authenticate(request, username=name, password=password)
    if user is None:
        raise ApiError(401, "The name or the password is wrong.")
    attempt.delete()
    return user


def begin_attempt(name, address):
    """Count an attempt before its password is looked at, so that many at once count as many."""
    now = timezone.now()
    with transaction.atomic():
        LoginAttempt.objects.filter(at__lte=now - BRAKE).delete()
        attempts = LoginAttempt.objects.filter(name=name, address=address).order_by("at")
        if attempts.count() >= MAX_FAILURES:
            wait = attempts[0].at + BRAKE - now
            raise ApiError(
                429,
                "Too many failed attempts. Please wait a quarter of an hour.",
                headers={"Retry-After": str(max(1, int(wait.total_seconds()) + 1))},
            )
        return LoginAttempt.objects.create(name=name, address=address)


def address_of(request):
    """Return where a request comes from; the proxy that `HTTPS` trusts writes it at the end."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.HTTPS else ""
    address = forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")
    return address[:MAX_ADDRESS_LENGTH]


def is_name(name):
    """Tell whether an account can be called that."""
    pattern = f"[A-Za-z0-9._-]{{1,{MAX_NAME_LENGTH}}}"
    return isinstance(name, str) and bool(re.fullmatch(pattern, name))


def is_storable(text):
    """Tell whether a text consists of characters; half of a surrogate pair is none."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def is_foreign(request):
    """Tell whether a browser sent the request from a page of another site."""
    origin = request.headers.get("Origin")
    return origin is not None and origin != f"{request.scheme}://{request.get_host()}"
