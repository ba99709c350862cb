"""The plant, for all tests of this face."""

from tests.apps.plant_place import made_plant, plant

__all__ = ["made_plant", "plant"]
