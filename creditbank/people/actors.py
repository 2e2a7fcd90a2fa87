"""From a person to the actor that an action is given."""

from creditbank.audit.actor import Actor
from creditbank.people.models import Person


def acting_as(person: Person, role: str) -> Actor:
    """The person in one capacity, a word of the glossary. Rights are asked of the database, not of the word."""
    return Actor(person.pk, person.name, role)
