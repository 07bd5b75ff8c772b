"""A taught network as the package ships it: ONNX, its matrices in eight bits, fused for onnxruntime."""

from pathlib import Path
from tempfile import TemporaryDirectory

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers import optimizer

from training.entities.network import Network
from training.entities.unfuse import unfuse

_OPSET = 17
_INPUTS = ("ids", "cases", "mask")


def export(network: Network, target: Path) -> None:
    """Write a network to one file.

    Weights have seven of their eight bits: processors without instructions for sums of bytes add two products in 16 bits,
    and more would overflow there, so that another machine would find other names.
    """
    network.eval()
    ids = torch.ones((1, 8), dtype=torch.int64)
    with TemporaryDirectory() as folder:
        whole, fused = Path(folder, "whole.onnx"), Path(folder, "fused.onnx")
        torch.onnx.export(
            network,
            (ids, torch.zeros_like(ids), torch.ones_like(ids)),
            str(whole),
            input_names=list(_INPUTS),
            output_names=["scores"],
            dynamic_axes={name: {0: "windows", 1: "pieces"} for name in (*_INPUTS, "scores")},
            opset_version=_OPSET,
            dynamo=False,
        )
        config = network.encoder.config
        optimizer.optimize_model(
            str(whole),
            model_type="bert",
            num_heads=config.num_attention_heads,
            hidden_size=config.hidden_size,
            opt_level=0,
        ).save_model_to_file(str(fused))
        quantize_dynamic(
            fused,
            target,
            weight_type=QuantType.QInt8,
            per_channel=True,
            reduce_range=True,
            extra_options={"MatMulConstBOnly": True, "DefaultTensorType": onnx.TensorProto.FLOAT},
        )
    model = onnx.load(target)
    unfuse(model)
    onnx.save(model, target)
