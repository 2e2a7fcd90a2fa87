"""Whose address a request comes from: the peer's, or what a trusted proxy says of its visitor.

Anybody can send ``X-Forwarded-For``. It is believed only as far as proxies named in ``TRUSTED_PROXIES`` wrote it: from
the right, each trusted proxy names who asked it, and the first address that is no trusted proxy is the visitor's.
"""

from collections.abc import Callable, Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address
# One household or phone has a whole /64 of version 6 addresses to change between.
_V6_PREFIX: Final = 64
_MOST_HOPS: Final = 16
_FORWARDED: Final = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_FORWARDED")


def proxy_networks(named: Iterable[str]) -> tuple[Network, ...]:
    """The networks that ``TRUSTED_PROXIES`` names, each an address or ``address/length``.

    ValueError for what is neither, and for a network that holds everybody.
    """
    networks = tuple(ip_network(each.strip()) for each in named if each.strip())
    if any(network.prefixlen == 0 for network in networks):
        message = "A network of length 0 trusts everybody."
        raise ValueError(message)
    return networks


def source_of(request: HttpRequest) -> str:
    """What limits per source count by: the visitor's address, of version 6 its network of 64 bits."""
    address = _address(str(request.META.get("REMOTE_ADDR", "")))
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, _V6_PREFIX), strict=False).network_address)
    return str(address or "")


class ClientAddress:
    """Middleware, the first of all: ``REMOTE_ADDR`` becomes the visitor's; what nobody vouches for is dropped."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        try:
            self._trusted = proxy_networks(settings.TRUSTED_PROXIES)
        except ValueError as error:
            message = f"CREDITBANK_TRUSTED_PROXIES: {error}"
            raise ImproperlyConfigured(message) from None

    def __call__(self, request: HttpRequest) -> HttpResponse:
        peer = _address(str(request.META.get("REMOTE_ADDR", "")))
        if peer is None or not self._trusts(peer):
            for name in _FORWARDED:
                request.META.pop(name, None)
        else:
            request.META["REMOTE_ADDR"] = str(self._visitor(peer, str(request.META.get("HTTP_X_FORWARDED_FOR", ""))))
        return self.get_response(request)

    def _visitor(self, peer: Address, forwarded: str) -> Address:
        """From the right to the first stranger; what cannot be read ends the way at the last one known."""
        known = peer
        for said in reversed(forwarded.split(",")[-_MOST_HOPS:]):
            address = _address(said)
            if address is None:
                return known
            known = address
            if not self._trusts(address):
                return known
        return known

    def _trusts(self, address: Address) -> bool:
        return any(address.version == network.version and address in network for network in self._trusted)


def _address(text: str) -> Address | None:
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
