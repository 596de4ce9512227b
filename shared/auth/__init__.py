"""Who calls, what the caller may do (scopes) and about whom (reach)."""

from shared.auth.principal import Level, Principal, Reach
from shared.auth.reach import reach_sql, require_area, require_country
from shared.auth.tokens import DEVELOPMENT_ISSUER, DevelopmentIssuerRefused, HttpJwks, JwksSource, TokenVerifier

__all__ = [
    "DEVELOPMENT_ISSUER",
    "DevelopmentIssuerRefused",
    "HttpJwks",
    "JwksSource",
    "Level",
    "Principal",
    "Reach",
    "TokenVerifier",
    "reach_sql",
    "require_area",
    "require_country",
]
