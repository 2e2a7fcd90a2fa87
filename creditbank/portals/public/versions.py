"""Policy versions for everybody: each published one, and what differs between any two, clause by clause (R-P)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from creditbank.portals.version_words import shown_differences
from creditbank.rulebook.differences import differences
from creditbank.rulebook.models import PolicyVersion, VersionState
from creditbank.rulebook.reading import law_of


@require_safe
def versions(request: HttpRequest) -> HttpResponse:
    """Every version that was announced, the newest first; drafts are nobody's yet."""
    return render(request, "public/versions.html", {"versions": _published()})


@require_safe
def version(request: HttpRequest, code: str) -> HttpResponse:
    """One version beside another (``against``), by default the one before it."""
    published = _published()
    found = next((each for each in published if each.code == code), None)
    if found is None:
        raise Http404
    others = [each for each in published if each.pk != found.pk]
    asked = request.GET.get("against", "")
    earlier = [each for each in others if each.in_force_on < found.in_force_on]
    chosen = next((each for each in others if each.code == asked), earlier[0] if earlier else None)
    context: dict[str, object] = {
        "version": found,
        "others": others,
        "chosen": chosen,
        "changes": shown_differences(differences(law_of(chosen), law_of(found))) if chosen else [],
    }
    return render(request, "public/version.html", context)


def _published() -> list[PolicyVersion]:
    return list(PolicyVersion.objects.exclude(state=VersionState.DRAFT).defer("law"))
