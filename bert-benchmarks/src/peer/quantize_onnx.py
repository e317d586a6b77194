#!/usr/bin/env python3
"""Rounds the weights of an ONNX model to 8 bits, as ONNX Runtime's dynamic quantization does: quantize_onnx.py FROM TO.

Needs onnx and onnxruntime.
"""

import sys

from onnxruntime.quantization import QuantType, quantize_dynamic

quantize_dynamic(sys.argv[1], sys.argv[2], weight_type=QuantType.QInt8, per_channel=True)
