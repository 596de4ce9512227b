"""Bearer tokens: JWTs signed by RS256 or ES256 with a key of the issuer's JWKS, and nothing else."""

import asyncio
import hashlib
import math
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import httpx
import jwt
import structlog
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from shared.auth.principal import Level, Principal, Reach
from shared.clock import monotonic, system_now
from shared.errors import Unauthenticated, Unavailable

JwksSource = Callable[[], Awaitable[Mapping[str, Any]]]

DEVELOPMENT_ISSUER: Final = "urn:sukjai:development"
ALGORITHM_OF_KEY: Final = {("RSA", None): "RS256", ("EC", "P-256"): "ES256"}
RSA_BITS_MIN: Final = 2048
TOKEN_CHARACTERS_MAX: Final = 8192
JWKS_BYTES_MAX: Final = 256 * 1024
JWKS_TIMEOUT_SECONDS: Final = 5.0
REFETCH_SECONDS_MIN: Final = 60.0
FIRST_FETCH_RETRY_SECONDS: Final = 2.0
KEYS_AGE_SECONDS_MAX: Final = 600.0
LEEWAY_SECONDS: Final = 30
REMEMBERED_TOKENS_MAX: Final = 10_000

_log = structlog.get_logger(__name__)


class DevelopmentIssuerRefused(ValueError):
    """The settings name the development issuer in an environment that is not `development`."""


class HttpJwks:
    """A JwksSource that reads the keys from an address."""

    def __init__(self, url: str) -> None:
        """`url` is the issuer's jwks_uri."""
        self._url = url

    async def __call__(self) -> Mapping[str, Any]:
        """Fetch the key set. Raises httpx.HTTPError or ValueError when there is none to be had."""
        async with httpx.AsyncClient(timeout=JWKS_TIMEOUT_SECONDS, follow_redirects=False) as client:
            answer = await client.get(self._url)
        answer.raise_for_status()
        if len(answer.content) > JWKS_BYTES_MAX:
            raise ValueError("the key set is too large")
        keys = answer.json()
        if not isinstance(keys, dict):
            raise TypeError("the key set is not a JSON object")
        return keys


@dataclass(frozen=True, slots=True)
class _Key:
    algorithm: str
    key: jwt.PyJWK


class _Keys:
    """The issuer's keys by kid, fetched when first needed, when old, and (not more than once a minute) for an unknown kid."""

    def __init__(self, source: JwksSource, ticks: Callable[[], float]) -> None:
        self._source = source
        self._ticks = ticks
        self._keys: dict[str, _Key] = {}
        self._fetched_at = -math.inf
        self._tried_at = -math.inf
        self._lock = asyncio.Lock()
        self.generation = 0

    async def refresh_if_old(self) -> None:
        # Others go on with the keys they have while one asks a slow issuer.
        if self._ticks() - self._fetched_at > KEYS_AGE_SECONDS_MAX and not (self._keys and self._lock.locked()):
            await self._fetch()

    async def get(self, kid: str) -> _Key | None:
        if kid not in self._keys:
            await self._fetch()
        if not self._keys:
            raise Unavailable("The keys of the token issuer cannot be had now", "ไม่สามารถอ่านกุญแจของผู้ออกโทเค็นได้ในขณะนี้")
        return self._keys.get(kid)

    async def _fetch(self) -> None:
        async with self._lock:
            if self._ticks() - self._tried_at < (REFETCH_SECONDS_MIN if self._keys else FIRST_FETCH_RETRY_SECONDS):
                return
            self._tried_at = self._ticks()
            try:
                self._keys = _usable_keys(await self._source())
            except (httpx.HTTPError, OSError, ValueError, TypeError) as error:
                # Known keys stay good while the issuer is away; with none, `get` says that we are not ready.
                _log.warning("jwks.not_fetched", reason=repr(error))
                return
            self._fetched_at = self._ticks()
            self.generation += 1


def _usable_keys(jwks: Mapping[str, Any]) -> dict[str, _Key]:
    entries = jwks.get("keys")
    if not isinstance(entries, list):
        raise TypeError("a key set without keys")
    return {entry["kid"]: key for entry in entries if isinstance(entry, dict) and (key := _usable_key(entry)) is not None}


def _usable_key(entry: dict[str, Any]) -> _Key | None:
    """The key if it is a public signing key of a kind that we take; its kind, never the token, decides the algorithm."""
    algorithm = ALGORITHM_OF_KEY.get((str(entry.get("kty")), entry.get("crv")))
    signs = entry.get("use", "sig") == "sig" and entry.get("alg", algorithm) == algorithm
    if algorithm is None or not signs or not isinstance(entry.get("kid"), str):
        return None
    try:
        key = jwt.PyJWK({name: value for name, value in entry.items() if name != "d"}, algorithm)
    except jwt.PyJWTError:
        return None
    if isinstance(key.key, RSAPublicKey) and key.key.key_size < RSA_BITS_MIN:
        return None
    return _Key(algorithm, key)


def _source(jwks_url: str | None, jwks: JwksSource | None) -> JwksSource:
    if jwks_url is not None and jwks is None:
        return HttpJwks(jwks_url)
    if jwks is not None and jwks_url is None:
        return jwks
    raise ValueError("give either jwks_url or jwks")


class TokenVerifier:
    """Turns a bearer token into a Principal, or raises.

    Claims read: `sub`, `scope` (separated by spaces), `reach` {"level", "code"}, and optionally `officer_id` (UUID),
    `employer`, `unit`. A token without a reach is not believed.
    """

    def __init__(
        self,
        *,
        issuer: str,
        audience: str,
        jwks_url: str | None = None,
        jwks: JwksSource | None = None,
        environment: str = "production",
        now: Callable[[], datetime] = system_now,
        ticks: Callable[[], float] = monotonic,
    ) -> None:
        """The key set comes from its address `jwks_url` or from the async function `jwks`; exactly one is given (else ValueError).

        Raises DevelopmentIssuerRefused when `issuer` is the development issuer and `environment` is not "development".
        """
        if issuer == DEVELOPMENT_ISSUER and environment != "development":
            raise DevelopmentIssuerRefused(f"{DEVELOPMENT_ISSUER} is only believed where environment is 'development', not {environment!r}")
        self._issuer = issuer
        self._audience = audience
        self._keys = _Keys(_source(jwks_url, jwks), ticks)
        self._now = now
        self._remembered: dict[bytes, tuple[Principal, float]] = {}
        self._remembered_generation = 0

    async def verify(self, token: str) -> Principal:
        """The Principal of the token. Raises Unauthenticated, or Unavailable when the issuer's keys cannot be had."""
        await self._keys.refresh_if_old()
        if self._remembered_generation != self._keys.generation:
            # A key that left the key set must take its tokens along.
            self._remembered.clear()
            self._remembered_generation = self._keys.generation
        digest = hashlib.sha256(token.encode(errors="replace")).digest()
        known = self._remembered.get(digest)
        if known is not None and self._now().timestamp() < known[1]:
            return known[0]
        claims = await self._claims(token)
        expires = self._check_times(claims)
        principal = _principal(claims)
        if len(self._remembered) >= REMEMBERED_TOKENS_MAX:
            self._remembered.clear()
        self._remembered[digest] = (principal, expires + LEEWAY_SECONDS)
        return principal

    async def _claims(self, token: str) -> dict[str, Any]:
        if len(token) > TOKEN_CHARACTERS_MAX:
            raise _refused("it is too long")
        try:
            header = jwt.get_unverified_header(token)
        except jwt.PyJWTError as error:
            raise _refused("it is not a JWT") from error
        kid = header.get("kid")
        if not isinstance(kid, str) or "crit" in header:
            raise _refused("its header lacks a key id or has an unknown critical member")
        key = await self._keys.get(kid)
        if key is None or header.get("alg") != key.algorithm:
            raise _refused("its key or algorithm is not accepted")
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                key.key,
                algorithms=[key.algorithm],
                audience=self._audience,
                issuer=self._issuer,
                # The times are checked below, against our own clock.
                options={"require": ["exp", "iss", "aud", "sub"], "verify_exp": False, "verify_nbf": False, "verify_iat": False},
            )
        except jwt.InvalidAudienceError as error:
            raise _refused("it is for another audience") from error
        except jwt.InvalidIssuerError as error:
            raise _refused("it is of another issuer") from error
        except jwt.PyJWTError as error:
            raise _refused("its signature or claims are not right") from error
        return claims

    def _check_times(self, claims: dict[str, Any]) -> float:
        """Seconds since 1970 at which the token expires."""
        now = self._now().timestamp()
        expires = _seconds(claims, "exp")
        if now >= expires + LEEWAY_SECONDS:
            raise _refused("it has expired")
        for name in ("nbf", "iat"):
            if name in claims and now < _seconds(claims, name) - LEEWAY_SECONDS:
                raise _refused("it is not valid yet")
        return expires


def _seconds(claims: dict[str, Any], name: str) -> float:
    value = claims[name]
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise _refused(f"{name} is not a number")
    return float(value)


def _principal(claims: dict[str, Any]) -> Principal:
    subject, scope = claims["sub"], claims.get("scope", "")
    if not isinstance(subject, str) or not subject or not isinstance(scope, str):
        raise _refused("sub or scope is not text")
    try:
        officer = claims.get("officer_id")
        return Principal(
            subject=subject,
            scopes=frozenset(scope.split()),
            reach=_reach(claims.get("reach")),
            officer_id=None if officer is None else UUID(str(officer)),
            employer=_text(claims, "employer"),
            unit=_text(claims, "unit"),
        )
    except ValueError as error:
        raise _refused(f"a claim is not right: {error}") from error


def _reach(claim: object) -> Reach:
    if not isinstance(claim, dict):
        raise ValueError("reach is missing")  # noqa: TRY004  # a claim's wrong shape and wrong value are one failure to the caller
    level = Level(str(claim.get("level")))
    return Reach(level, "" if level is Level.COUNTRY else str(claim.get("code", "")))


def _text(claims: dict[str, Any], name: str) -> str | None:
    value = claims.get(name)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"{name} is not text")
    return value


def _refused(reason: str) -> Unauthenticated:
    return Unauthenticated(f"The token was refused: {reason}", "โทเค็นไม่ผ่านการตรวจสอบ", reason=reason)
