"""What every record that crosses a layer is: frozen, closed, and documented field by field.

The docstring under a field becomes its description in the JSON schema that models, programs and
people read, so a field is documented once, where it is declared.
"""

from pydantic import BaseModel, ConfigDict


class Contract(BaseModel):
    """A frozen record without room for unknown keys; `model_dump(mode="json")` is its wire form."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)
