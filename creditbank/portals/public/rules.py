"""The regulation clause by clause with its interpretations, and the products it names."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def regulation(request: HttpRequest) -> HttpResponse:
    """Every clause with its gist and the readings that the bank ships with; each has its own anchor."""
    return render(request, "public/regulation.html")


@require_safe
def products(request: HttpRequest) -> HttpResponse:
    """Everything that can be redeemed, with what each certificate asks; without a published price: 待公布."""
    return render(request, "public/products.html")
