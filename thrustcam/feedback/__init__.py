"""Findings → feedback: the score, the one cue that matters most, and how they are written down."""
