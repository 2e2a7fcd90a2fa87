"""The API as one object: its routers, its errors, its limits, and its OpenAPI document."""

from typing import Final

from django.conf import settings
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from creditbank.api import (
    account_steps,
    accounts,
    attainments,
    catalogue,
    certificates,
    corrections,
    examinations,
    explaining,
    institutions,
    notices,
    openings,
    papers,
    policy,
    public,
    redemptions,
    return_steps,
    returns,
    sittings,
    versions,
    working_days,
)
from creditbank.api.document import ApiDocument
from creditbank.api.limits import CallerThrottle
from creditbank.api.problems import declare_problems

DESCRIPTION: Final = """The same actions as the pages and the command line: an institution hands in returns, the office
reviews them, a student reads her passbook and redeems. Errors are `application/problem+json` (RFC 9457), credits are
decimal strings, dates are ISO 8601, moments are in UTC. Nothing personal stands in an address."""


class BankApi(NinjaAPI):
    """Writes its document once: it follows from the code alone."""

    _document: ApiDocument | None = None

    def document(self) -> ApiDocument:
        """The OpenAPI document."""
        if self._document is None:
            self._document = ApiDocument(self, self.get_root_path({}))
        return self._document

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, object] | None = None
    ) -> OpenAPISchema:
        """The same, where django-ninja asks for it."""
        return self.document()


api = BankApi(
    title="学分银行 · Credit Bank",
    version="1",
    description=DESCRIPTION,
    docs_url=None,
    urls_namespace="api-1",
    servers=[{"url": settings.SITE_URL}],
    throttle=[CallerThrottle()],
    openapi_extra={"info": {"license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}}},
)
declare_problems(api)
api.add_router("/policy", policy.router)
api.add_router("/returns", returns.router)
api.add_router("/returns", return_steps.router)
api.add_router("/reversals", return_steps.reversals)
api.add_router("/accounts", accounts.router)
api.add_router("/accounts", account_steps.router)
api.add_router("/corrections", corrections.router)
api.add_router("/attainments", attainments.router)
api.add_router("/openings", openings.router)
api.add_router("/paper-consents", papers.router)
api.add_router("/redemptions", redemptions.router)
api.add_router("/catalogue", catalogue.router)
api.add_router("/certificates", certificates.router)
api.add_router("/examinations", examinations.router)
api.add_router("/examinations", sittings.router)
api.add_router("/institutions", institutions.router)
api.add_router("/working-days", working_days.router)
api.add_router("/notices", notices.router)
api.add_router("/objections", notices.objections)
api.add_router("/policy-versions", versions.router)
api.add_router("", public.router)
api.add_router("", explaining.router)
