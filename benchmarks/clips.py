"""Clips to measure with, made from a sample."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av

SAMPLES = Path(__file__).resolve().parents[1] / "samples"


def enlarged(sample: Path, path: Path, width: int = 1280, height: int = 720) -> Path:
    """The sample at another size: scaled to the height, black at both sides, H.264."""
    with av.open(str(sample)) as old, av.open(str(path), "w") as new:
        source = old.streams.video[0]
        stream = new.add_stream("libx264", source.average_rate, options={"crf": "23", "preset": "fast"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        graph = av.filter.Graph()
        scale = f"scale=-2:{height},pad={width}:{height}:(ow-iw)/2:0"
        graph.link_nodes(
            graph.add_buffer(template=source), *_nodes(graph, scale), graph.add("buffersink")
        ).configure()
        for frame in old.decode(source):
            graph.push(frame)
            new.mux(stream.encode(graph.pull()))
        new.mux(stream.encode())
    return path


def _nodes(graph: av.filter.Graph, chain: str) -> list[av.filter.context.FilterContext]:
    return [graph.add(*each.split("=", 1)) for each in chain.split(",")]


def repeated(sample: Path, path: Path, seconds: float) -> Path:
    """The sample again and again until `seconds`, its packets copied as they are."""
    with av.open(str(sample)) as old, av.open(str(path), "w") as new:
        source = old.streams.video[0]
        stream = new.add_stream_from_template(source)
        packets = [packet for packet in old.demux(source) if packet.size]
        times = [(packet.pts, packet.dts) for packet in packets]
        unit = Fraction(source.time_base)
        length = round(Fraction(source.frames) / source.average_rate / unit)
        for turn in range(round(seconds / float(length * unit))):
            for packet, (pts, dts) in zip(packets, times, strict=True):
                packet.pts, packet.dts, packet.stream = pts + turn * length, dts + turn * length, stream
                new.mux(packet)
    return path
