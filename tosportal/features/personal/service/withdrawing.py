"""A person takes a consent back, and those who keep papers and photos outside the portal hear of it."""

from datetime import datetime

from tosportal.features.accounts import consents
from tosportal.features.accounts.models import Consent, Person
from tosportal.features.personal import letters
from tosportal.features.registry.queries import secretaries_of
from tosportal.support import notifications


def withdraw_own(consent: Consent, *, actor: Person, now: datetime) -> None:
    """The consent holds no more, and the secretaries of the district get a letter. A second time: nothing happens."""
    if consent.withdrawn_at is not None:
        return
    consents.withdraw(consent, actor=actor, now=now)
    for secretary in secretaries_of(consent.municipality_id):
        subject, body = letters.consent_withdrawn(consent, secretary)
        notifications.post(
            "consent.withdrawn", to=secretary.email, subject=subject, body=body, now=now, person_id=secretary.id
        )
