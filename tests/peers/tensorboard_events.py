"""Prints what TensorBoard itself reads in a directory of event files.

  python tests/peers/tensorboard_events.py runs/image-cnn/logs
"""

import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams import plugin_data_pb2

events = EventAccumulator(sys.argv[1], size_guidance={"tensors": 0, "scalars": 0})
events.Reload()
tags = events.Tags()
for kind in ("scalars", "histograms", "images", "tensors"):
    print(kind, len(tags[kind]), tags[kind][:6])
for tag in tags["scalars"]:
    last = events.Scalars(tag)[-1]
    print("  %s: %d points, step %d is %.6g" % (tag, len(events.Scalars(tag)), last.step, last.value))
for tag in tags["histograms"][:1]:
    value = events.Histograms(tag)[-1].histogram_value
    print("  %s: %d values in %d buckets" % (tag, value.num, len(value.bucket)))
for tag in tags["images"][:1]:
    image = events.Images(tag)[-1]
    print("  %s: %d x %d, %d bytes" % (tag, image.height, image.width, len(image.encoded_image_string)))
for tag in tags["tensors"][:1]:
    print("  %s: %s" % (tag, events.Tensors(tag)[-1].tensor_proto.string_val))
for name, content in events.PluginTagToContent("hparams").items():
    data = plugin_data_pb2.HParamsPluginData.FromString(content)
    print("  %s: %s" % (name, data.WhichOneof("data")), len(data.session_start_info.hparams))
