"""A clip (later a camera) → frames with presentation timestamps. OpenCV's types stay in this package."""

from thrustcam.frames.clip import ANALYSIS_RATE_HZ, Clip, clip_sha256, open_clip
from thrustcam.frames.container import Limits
from thrustcam.frames.source import Frame, FrameSource

__all__ = ["ANALYSIS_RATE_HZ", "Clip", "Frame", "FrameSource", "Limits", "clip_sha256", "open_clip"]
