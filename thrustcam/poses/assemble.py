"""Make the ``.task`` bundle MediaPipe loads out of the two published TensorFlow Lite models.

The landmark model as published lacks the metadata the Tasks API insists on, and carries a segmentation head
nobody here looks at. Both are mended on the flatbuffer itself; no weight the landmarks depend on changes.
"""

from __future__ import annotations

import io
import zipfile
from typing import Any

import flatbuffers
import numpy as np

ASSEMBLY_VERSION = 1
"""Raise it when the bytes that `assemble` makes change: models installed before are then assembled anew."""

DETECTOR_ENTRY = "pose_detector.tflite"
LANDMARKS_ENTRY = "pose_landmarks_detector.tflite"

# Places among the outputs: landmarks, pose flag, segmentation mask, heatmap, world landmarks.
_POSE_FLAG, _SEGMENTATION = 1, 2
_OUTPUTS = 5
_METADATA_KEY = b"TFLITE_METADATA"
_PIXEL_MEAN, _PIXEL_STD = 0.0, 255.0
_BUFFER_ALIGNMENT = 16  # what schema.fbs demands (force_align) and the Python generator forgets
_ENTRY_ALIGNMENT = 64  # TensorFlow Lite reads the weights in place from the mapped file
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the oldest date a zip can hold


class _AlignedBuilder(flatbuffers.Builder):  # type: ignore[misc]  # flatbuffers has no types
    """A flatbuffers builder that starts every byte vector on a 16-byte boundary."""

    def CreateNumpyVector(self, x: Any) -> Any:  # noqa: N802  # flatbuffers' own name
        if x.dtype == np.uint8:
            self.Prep(_BUFFER_ALIGNMENT, x.nbytes)
        return super().CreateNumpyVector(x)


def assemble(detector: bytes, landmarks: bytes, *, prune: bool = True) -> bytes:
    """Bundle a pose detector and a pose landmark model for the MediaPipe pose landmarker.

    Parameters
    ----------
    detector, landmarks
        Contents of ``pose_detection.tflite`` and ``pose_landmark_*.tflite`` as published.
    prune
        Leave the segmentation head out. The landmarks stay the same to the last bit and a frame takes about
        two thirds of the time; ``False`` is there to measure exactly that.

    Returns
    -------
    bytes
        The ``.task`` file: the same bytes on every machine for the same input and flatbuffers version.

    Raises
    ------
    ValueError
        When `landmarks` does not have the five outputs of a BlazePose landmark model.
    """
    model = _unpack(landmarks)
    if len(model.subgraphs) != 1 or len(model.subgraphs[0].outputs) != _OUTPUTS:
        raise ValueError("not a BlazePose landmark model: it should have one graph with five outputs")
    if prune:
        _cut_segmentation(model)
    _describe_input(model)
    return _stored_zip({DETECTOR_ENTRY: detector, LANDMARKS_ENTRY: _pack(model)})


def operator_count(tflite: bytes) -> int:
    """Count the operators in the first graph of a TensorFlow Lite model."""
    return len(_unpack(tflite).subgraphs[0].operators)


def _unpack(tflite: bytes) -> Any:
    from mediapipe.tasks.metadata import schema_py_generated as schema  # noqa: PLC0415  # slow to import

    return schema.ModelT.InitFromObj(schema.Model.GetRootAs(tflite, 0))


def _pack(model: Any) -> bytes:
    builder = _AlignedBuilder(1 << 23)
    builder.Finish(model.Pack(builder), file_identifier=b"TFL3")
    return bytes(builder.Output())


def _cut_segmentation(model: Any) -> None:
    graph = model.subgraphs[0]
    # The tasks graph takes its tensors by position, so the mask's place stays, filled by the one-number pose
    # flag; nothing reads it unless segmentation masks are asked for, which we never do.
    graph.outputs = graph.outputs.copy()  # as read, a view into the file's own bytes
    graph.outputs[_SEGMENTATION] = graph.outputs[_POSE_FLAG]
    _drop_dead_operators(graph)
    _drop_dead_tensors(model)


def _drop_dead_operators(graph: Any) -> None:
    wanted = {int(t) for t in graph.outputs}
    kept = []
    for operator in reversed(graph.operators):  # stored in execution order: readers come after writers
        if wanted.isdisjoint(int(t) for t in operator.outputs):
            continue
        wanted.update(int(t) for t in operator.inputs if t >= 0)  # -1 marks an optional input left out
        kept.append(operator)
    graph.operators = kept[::-1]


def _drop_dead_tensors(model: Any) -> None:
    graph = model.subgraphs[0]
    lists = [(graph, "inputs"), (graph, "outputs")]
    lists += [(op, ends) for op in graph.operators for ends in ("inputs", "outputs")]
    used = sorted({int(t) for owner, ends in lists for t in getattr(owner, ends) if t >= 0})
    place = {old: new for new, old in enumerate(used)}
    for owner, ends in lists:
        renumbered = [place[int(t)] if t >= 0 else -1 for t in getattr(owner, ends)]
        setattr(owner, ends, np.array(renumbered, dtype=np.int32))
    graph.tensors = [graph.tensors[t] for t in used]
    _drop_dead_buffers(model)


def _drop_dead_buffers(model: Any) -> None:
    holders = [*model.subgraphs[0].tensors, *(model.metadata or [])]
    used = sorted({0, *(int(holder.buffer) for holder in holders)})  # buffer 0 is empty by convention
    place = {old: new for new, old in enumerate(used)}
    for holder in holders:
        holder.buffer = place[int(holder.buffer)]
    model.buffers = [model.buffers[b] for b in used]


def _describe_input(model: Any) -> None:
    """Add the metadata that tells MediaPipe how to scale pixels; without it loading fails with a riddle."""
    from mediapipe.tasks.metadata import schema_py_generated as schema  # noqa: PLC0415

    buffer = schema.BufferT()
    buffer.data = np.frombuffer(_input_metadata(), dtype=np.uint8)
    entry = schema.MetadataT()
    entry.name, entry.buffer = _METADATA_KEY, len(model.buffers)
    model.buffers.append(buffer)
    model.metadata = [*(model.metadata or []), entry]


def _input_metadata() -> bytes:
    # At the pinned MediaPipe the generated classes take no constructor arguments.
    from mediapipe.tasks.metadata import metadata_schema_py_generated as schema  # noqa: PLC0415

    scaling = schema.NormalizationOptionsT()
    scaling.mean, scaling.std = [_PIXEL_MEAN], [_PIXEL_STD]
    step = schema.ProcessUnitT()
    step.optionsType, step.options = schema.ProcessUnitOptions.NormalizationOptions, scaling
    image = schema.ImagePropertiesT()
    image.colorSpace = schema.ColorSpaceType.RGB
    content = schema.ContentT()
    content.contentPropertiesType, content.contentProperties = schema.ContentProperties.ImageProperties, image
    tensor = schema.TensorMetadataT()
    tensor.name, tensor.content, tensor.processUnits = "image", content, [step]
    graph = schema.SubGraphMetadataT()
    graph.inputTensorMetadata = [tensor]
    model = schema.ModelMetadataT()
    model.name, model.subgraphMetadata, model.minParserVersion = "BlazePose landmarks", [graph], "1.0.0"
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), file_identifier=b"M001")
    return bytes(builder.Output())


def _stored_zip(entries: dict[str, bytes]) -> bytes:
    """Zip without compression, every entry's data on a 64-byte boundary, no clock and no machine in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as bundle:
        for name, data in entries.items():
            info = zipfile.ZipInfo(name, date_time=_EPOCH)
            info.create_system = 3
            header = out.tell() + 30 + len(name)  # 30: a local file header before its name and extra field
            padding = -header % _ENTRY_ALIGNMENT
            if 0 < padding < 4:
                padding += _ENTRY_ALIGNMENT  # an extra field has a four-byte head of its own
            if padding:
                info.extra = b"\xff\xff" + (padding - 4).to_bytes(2, "little") + bytes(padding - 4)
            bundle.writestr(info, data)
    return out.getvalue()
