"""The virtual patient's body: heart, fibrosis, tissues, surroundings, and where the heart lies."""

from dataclasses import dataclass, field

from vne_core.phantom.anatomy import HeartShape
from vne_core.phantom.fibrosis import Fibrosis
from vne_core.phantom.motion import HeartState, cavity_volume_ml, heart_state
from vne_core.phantom.placement import HeartFrame
from vne_core.phantom.thorax import ChestDials, LungVessels
from vne_core.phantom.tissue import Tissues


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """A virtual patient. ``states`` keeps the heart at the contractions asked for so far."""

    shape: HeartShape
    frame: HeartFrame
    fibrosis: Fibrosis
    tissues: Tissues
    chest: ChestDials
    vessels: LungVessels
    states: dict[float, HeartState] = field(default_factory=dict[float, HeartState])

    def heart(self, contraction: float) -> HeartState:
        """Return the heart at a contraction, weaker where it is fibrotic."""
        state = self.states.get(contraction)
        if state is None:
            state = heart_state(self.shape, contraction, self.fibrosis.transmural)
            self.states[contraction] = state
        return state

    @property
    def ejection_fraction(self) -> float:
        """The left ventricle's ejection fraction, fibrosis included."""
        full, left = (cavity_volume_ml(self.heart(contraction)) for contraction in (0.0, 1.0))
        return round(1 - left / full, 4)
