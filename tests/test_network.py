"""Whose address counts: the peer's, unless a trusted proxy says whose it is."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from pytest_django import Settings

from creditbank.network import ClientAddress, proxy_networks, source_of
from creditbank.people.models import QueryCount

PROXIES = ["127.0.0.1", "10.1.0.0/16", "2001:db8:1::/64"]


def seen(settings: Settings, peer: str, headers: dict[str, str], proxies: list[str] = PROXIES) -> HttpRequest:
    """The request as the views behind the middleware see it."""
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR=peer, headers=headers)
    ClientAddress(lambda _: HttpResponse())(request)
    return request


@pytest.mark.parametrize(
    ("peer", "forwarded", "source"),
    [
        ("127.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("10.1.2.3", "203.0.113.9", "203.0.113.9"),
        ("::ffff:127.0.0.1", "203.0.113.9", "203.0.113.9"),
        # What the visitor wrote herself stands to the left of what the proxy wrote.
        ("127.0.0.1", "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "203.0.113.9, 10.1.0.7", "203.0.113.9"),
        ("127.0.0.1", "10.1.0.8, 10.1.0.7", "10.1.0.8"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "nonsense", "127.0.0.1"),
        ("127.0.0.1", "nonsense, 10.1.0.7", "10.1.0.7"),
        ("127.0.0.1", "198.51.100.1, , 10.1.0.7", "10.1.0.7"),
        ("2001:db8:1::5", "2001:db8:2:3:4:5:6:7", "2001:db8:2:3::"),
        # Nobody trusts these peers.
        ("203.0.113.50", "198.51.100.1", "203.0.113.50"),
        ("10.2.0.1", "198.51.100.1", "10.2.0.1"),
        ("", "198.51.100.1", ""),
    ],
)
def test_the_source_of_a_request(settings: Settings, peer: str, forwarded: str, source: str) -> None:
    assert source_of(seen(settings, peer, {"X-Forwarded-For": forwarded})) == source


def test_without_trusted_proxies_no_header_is_believed(settings: Settings) -> None:
    request = seen(settings, "127.0.0.1", {"X-Forwarded-For": "198.51.100.1", "X-Forwarded-Proto": "https"}, [])
    assert source_of(request) == "127.0.0.1"
    assert "HTTP_X_FORWARDED_PROTO" not in request.META


def test_only_a_trusted_proxy_says_that_it_was_https(settings: Settings) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert seen(settings, "127.0.0.1", {"X-Forwarded-Proto": "https"}).is_secure()
    assert not seen(settings, "203.0.113.50", {"X-Forwarded-Proto": "https"}).is_secure()


@pytest.mark.parametrize("named", ["the proxy", "10.0.0.0/0", "::/0", "10.1.0.1/16"])
def test_what_names_no_proxy_stops_the_start(settings: Settings, named: str) -> None:
    settings.TRUSTED_PROXIES = [named]
    with pytest.raises(ImproperlyConfigured, match="CREDITBANK_TRUSTED_PROXIES"):
        ClientAddress(lambda _: HttpResponse())


def test_empty_names_are_skipped() -> None:
    assert proxy_networks(["", " "]) == ()


@pytest.mark.django_db
def test_a_spoofed_header_makes_no_new_source_for_the_balance_query(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = ["10.1.0.1"]
    for number in range(3):
        spoofed = Client(REMOTE_ADDR="203.0.113.9", headers={"X-Forwarded-For": f"198.51.100.{number}"})
        spoofed.post("/balance/", {"card": "1234567890123", "document_number": "x"})
    assert QueryCount.objects.get(scope="source").count == 3


@pytest.mark.django_db
def test_visitors_of_one_proxy_are_counted_one_by_one(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = ["10.1.0.1"]
    for number in range(3):
        visitor = Client(REMOTE_ADDR="10.1.0.1", headers={"X-Forwarded-For": f"198.51.100.{number}"})
        visitor.post("/balance/", {"card": "1234567890123", "document_number": "x"})
    assert [row.count for row in QueryCount.objects.filter(scope="source")] == [1, 1, 1]
