"""What the API forgets with a person: her name and birth date in stored answers, before their few days are over."""

import json

from creditbank.api.models import GivenAnswer
from creditbank.people.account_hooks import ERASED_BIRTH, ERASED_NAME, Erasure


def erase_from_answers(erasure: Erasure) -> None:
    """Blank name and birth date in the stored answers that name the person; the request still counts as answered."""
    for answer in GivenAnswer.objects.exclude(body=None).order_by("id").iterator(chunk_size=500):
        told = json.dumps(answer.body, ensure_ascii=False)
        if erasure.name not in told:
            continue
        blanked = told.replace(erasure.name, ERASED_NAME)
        blanked = blanked.replace(erasure.birth_date.isoformat(), ERASED_BIRTH.isoformat())
        GivenAnswer.objects.filter(pk=answer.pk).update(body=json.loads(blanked))
