"""Where the cine rests: at the phase in which the T1 map or LGE was taken."""

from app.compose.reader import Reader
from app.viewer.playback import nearest_phase
from app.words import tr
from vne_core.align.roles import ROLE_NAMES, Role

REST_ROLES = {"rest-t1": Role.T1, "rest-lge": Role.LGE}
_SETTING = "cine-rest"


def rest_role(reader: Reader) -> Role | None:
    """Return the image whose phase the cine rests at; None rests where it is."""
    return REST_ROLES.get(reader.settings.text(_SETTING, ""))


def choose_rest(reader: Reader, action: str, *, is_on: bool) -> None:
    """Let the cine rest at another image's phase from now on; now too."""
    reader.settings.set_text(_SETTING, action if is_on else "")
    if is_on:
        reader.player.set_playing(is_playing=False)
        rest(reader, says_so=True)


def rest(reader: Reader, *, says_so: bool = False) -> None:
    """Go to the phase chosen to rest at, if the cine rests and the image says its delay."""
    role, images = rest_role(reader), reader.session.images
    if role is None or images is None or images.cine is None or reader.player.is_playing:
        return
    delay_ms = trigger_delay_ms(reader, role)
    if delay_ms is None:
        if says_so:
            words = tr("The {image} of this slice does not say its trigger delay.").format(
                image=tr(ROLE_NAMES[role])
            )
            reader.window.status.say(words, is_warning=True)
        return
    times_ms = images.trigger_times_ms
    phase = nearest_phase(times_ms, images.rr_interval_ms, delay_ms)
    reader.player.set_phase(phase)
    if says_so and phase < len(times_ms):
        reader.window.status.say(
            tr(
                "Cine at {at_ms:.0f} ms, the phase nearest to the {image} at {delay_ms:.0f} ms."
            ).format(at_ms=times_ms[phase], image=tr(ROLE_NAMES[role]), delay_ms=delay_ms)
        )


def trigger_delay_ms(reader: Reader, role: Role) -> float | None:
    """Return how long after the R wave an image was taken; a fitted map as its IR images."""
    match = reader.session.match
    if match is None:
        return None
    partner = match.partner(role) or (match.partner(Role.IR) if role is Role.T1 else None)
    return partner.frames[0].trigger_time_ms if partner is not None else None
