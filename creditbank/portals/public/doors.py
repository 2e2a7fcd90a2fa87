"""After the login: everybody to the door that is theirs."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from creditbank import clock
from creditbank.institutions.models import Institution
from creditbank.people.models import OfficeRole, User


@require_safe
@login_required
def arrive(request: HttpRequest) -> HttpResponse:
    """To the office, to the institution, or to the own passbook, in this order."""
    return HttpResponseRedirect(first_door(request.user) if isinstance(request.user, User) else "/")


def first_door(user: User) -> str:
    """The address of the portal where this person works; a student's or guardian's own pages otherwise."""
    if OfficeRole.objects.held_at(clock.now()).filter(person_id=user.person_id).exists():
        return "/office/"
    if Institution.objects.staffed_by(user.person_id).exists():
        return "/institution/"
    return "/me/"
