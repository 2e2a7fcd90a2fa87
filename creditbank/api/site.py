"""The API as one object: its routers, its errors, and its OpenAPI document."""

from ninja import NinjaAPI

from creditbank.api import certificates, policy, redemptions
from creditbank.api.problems import declare_problems

api = NinjaAPI(
    title="学分银行 · Credit Bank",
    version="1",
    description="The same actions as the pages. Errors are application/problem+json; credits are decimal strings.",
    docs_url=None,
    urls_namespace="api-1",
)
declare_problems(api)
api.add_router("/policy", policy.router)
api.add_router("/redemptions", redemptions.router)
api.add_router("/certificates", certificates.router)
