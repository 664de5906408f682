"""The second municipality of the demo: a town with a programme of another kind, without activities of its own."""

from datetime import datetime, timedelta

from tosportal.demo.district import yaml_of
from tosportal.features.programmes.models import Programme
from tosportal.features.programmes.service import load_programme
from tosportal.features.registry.service import add_municipality


def make(*, now: datetime) -> Programme:
    """The town stands after the district, so that the pages of the portal stay the district's; nobody works there yet:
    its programme is read at its own address."""
    then = now - timedelta(days=200)
    town = add_municipality(
        code="kirovo-chepetsk",
        name="Город Кирово-Чепецк",
        owner_name="Администрация муниципального образования «Город Кирово-Чепецк» Кировской области",
        region_name="Кировская область",
        zone="Europe/Kirov",
        zone_words="по Кирову",
        now=then,
    )
    return load_programme(yaml_of("programme-kirovo-chepetsk-2020-2030.yaml"), municipality=town, actor=None, now=then)
