"""Events → what is said: one short sentence, or nothing."""

from __future__ import annotations

from thrustcam.feedback.phrases import Phrases
from thrustcam.live.choice import focus_cue
from thrustcam.live.events import Cue, Event, Guide, RepDone, SetEnded, SetStarted


def cue_text(cue: Cue, phrases: Phrases) -> str:
    """The cue in the lifter's language; the rule's own sentence where the cue file has none."""
    return phrases(cue.key, cue.text)


def spoken(event: Event, phrases: Phrases) -> str | None:
    """The sentence for an event; None for nothing to say."""
    if isinstance(event, RepDone):
        if event.cue is None:
            return phrases("say.count", count=event.count)
        return phrases("say.count_cue", count=event.count, cue=cue_text(event.cue, phrases))
    if isinstance(event, SetStarted):
        return phrases("say.ready", number=event.number)
    if isinstance(event, SetEnded):
        return _set_ended(event, phrases)
    if isinstance(event, Guide):
        return phrases("say.framed") if event.instruction is None else phrases(event.instruction)
    return None


def _set_ended(event: SetEnded, phrases: Phrases) -> str:
    reps = len(event.judged.reps)
    done = phrases("say.ended_one") if reps == 1 else phrases("say.ended", reps=reps)
    then = next_time(event, phrases)
    return done if then is None else f"{done} {then}"


def next_time(event: SetEnded, phrases: Phrases) -> str | None:
    """What to do in the next set; None where nothing could be judged."""
    cue = focus_cue(event.judged)
    if cue is not None:
        return phrases("say.focus", cue=cue_text(cue, phrases))
    return phrases("say.clean") if event.judged.summary.score is not None else None
