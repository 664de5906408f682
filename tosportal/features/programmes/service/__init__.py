"""What happens to programmes: loaded, brought to a new edition, read from a file and confirmed."""

from tosportal.features.programmes.service.editions import Act, adopt_edition, edition_in_force, load_programme

__all__ = ["Act", "adopt_edition", "edition_in_force", "load_programme"]
