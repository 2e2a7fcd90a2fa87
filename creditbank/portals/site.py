"""Who runs the bank and how to reach it (Art. 13-16): shown in every footer and on every printed form."""

from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """The facts of Art. 13-16; a setting of the same name (``SITE_HOTLINE`` …) replaces one."""

    website: str = "www.cqesa.com"
    address: str = "北京市东城区磁器库胡同3号"
    email: str = "office@cqesa.com"
    postcode: str = "100006"
    hotline: str = "95130211"


def site_facts() -> SiteFacts:
    """The facts as printed in the regulation, save where the settings say otherwise."""
    shipped = SiteFacts()
    return SiteFacts(
        website=getattr(settings, "SITE_WEBSITE", shipped.website),
        address=getattr(settings, "SITE_ADDRESS", shipped.address),
        email=getattr(settings, "SITE_EMAIL", shipped.email),
        postcode=getattr(settings, "SITE_POSTCODE", shipped.postcode),
        hotline=getattr(settings, "SITE_HOTLINE", shipped.hotline),
    )
