"""Writes the teacher, all-MiniLM-L6-v2, as a fused and dynamically quantised ONNX file (about 23 MB).

Mean pooling is inside the graph, so that the file turns token ids into sentence vectors in one run. Fusing by hand
(rather than with an optimiser) keeps the graph the same whichever version of an exporter is installed.
"""
import argparse
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors.numpy import load_file

FUSED = 'com.microsoft'
LAYERS, HEADS, EPSILON = 6, 12, 1e-12


class Graph:
    """Collects nodes and constants; every method returns the name of the value it made."""

    def __init__(self) -> None:
        self.nodes: list = []
        self.constants: list = []

    def constant(self, name: str, array: np.ndarray) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def node(self, kind: str, inputs: list[str], output: str, domain: str = '', **attributes) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [output], domain=domain, **attributes))
        return output


def add_embeddings(graph: Graph, weights: dict) -> str:
    """Word + position + (first) type embedding, normalised."""
    prefix = 'embeddings.'
    words = graph.constant('words', weights[prefix + 'word_embeddings.weight'])
    positions = weights[prefix + 'position_embeddings.weight'] + weights[prefix + 'token_type_embeddings.weight'][0]
    graph.constant('positions', positions)
    graph.constant('zero', np.array([0], np.int64))
    graph.node('Gather', [words, 'input_ids'], 'word_vectors')
    graph.node('Shape', ['input_ids'], 'length', start=1, end=2)
    graph.node('Slice', ['positions', 'zero', 'length'], 'position_vectors')
    graph.node('Add', ['word_vectors', 'position_vectors'], 'embedded')
    scale = graph.constant('embedded_scale', weights[prefix + 'LayerNorm.weight'])
    shift = graph.constant('embedded_shift', weights[prefix + 'LayerNorm.bias'])
    return graph.node('LayerNormalization', ['embedded', scale, shift], 'hidden_0', epsilon=EPSILON)


def add_residual(graph: Graph, weights: dict, name: str, prefix: str, value: str, skip: str, output: str) -> str:
    """LayerNorm(value + bias + skip), as one fused node."""
    scale = graph.constant(name + '_scale', weights[prefix + 'LayerNorm.weight'])
    shift = graph.constant(name + '_shift', weights[prefix + 'LayerNorm.bias'])
    bias = graph.constant(name + '_bias', weights[prefix + 'dense.bias'])
    inputs = [value, skip, scale, shift, bias]
    return graph.node('SkipLayerNormalization', inputs, output, FUSED, epsilon=EPSILON)


def add_layer(graph: Graph, weights: dict, index: int, hidden: str) -> str:
    """One transformer layer: self-attention, then the two-matrix feed-forward part."""
    prefix, tag = f'encoder.layer.{index}.', f'_{index}'
    attention = prefix + 'attention.self.'
    parts = ('query', 'key', 'value')
    matrix = graph.constant('qkv' + tag, np.concatenate([weights[f'{attention}{p}.weight'].T for p in parts], 1))
    bias = graph.constant('qkv_bias' + tag, np.concatenate([weights[f'{attention}{p}.bias'] for p in parts]))
    graph.node('Attention', [hidden, matrix, bias, 'mask'], 'attended' + tag, FUSED, num_heads=HEADS)
    dense = graph.constant('attended_dense' + tag, weights[prefix + 'attention.output.dense.weight'].T)
    graph.node('MatMul', ['attended' + tag, dense], 'projected' + tag)
    middle = add_residual(graph, weights, 'attention' + tag, prefix + 'attention.output.', 'projected' + tag, hidden, 'middle' + tag)
    wide = graph.constant('wide_dense' + tag, weights[prefix + 'intermediate.dense.weight'].T)
    wide_bias = graph.constant('wide_bias' + tag, weights[prefix + 'intermediate.dense.bias'])
    graph.node('MatMul', [middle, wide], 'wide' + tag)
    graph.node('BiasGelu', ['wide' + tag, wide_bias], 'active' + tag, FUSED)
    narrow = graph.constant('narrow_dense' + tag, weights[prefix + 'output.dense.weight'].T)
    graph.node('MatMul', ['active' + tag, narrow], 'narrow' + tag)
    return add_residual(graph, weights, 'output' + tag, prefix + 'output.', 'narrow' + tag, middle, f'hidden_{index + 1}')


def add_mean_pooling(graph: Graph, hidden: str) -> None:
    """Mean of the token vectors that the mask leaves: the sentence vector."""
    graph.constant('axis_1', np.array([1], np.int64))
    graph.constant('axis_2', np.array([2], np.int64))
    graph.node('Cast', ['attention_mask'], 'mask_float', to=TensorProto.FLOAT)
    graph.node('Unsqueeze', ['mask_float', 'axis_2'], 'mask_column')
    graph.node('Mul', [hidden, 'mask_column'], 'masked')
    graph.node('ReduceSum', ['masked', 'axis_1'], 'sum', keepdims=0)
    graph.node('ReduceSum', ['mask_float', 'axis_1'], 'count', keepdims=1)
    graph.node('Div', ['sum', 'count'], 'sentence_embedding')


def build_graph(weights: dict) -> onnx.ModelProto:
    graph = Graph()
    graph.node('Cast', ['attention_mask'], 'mask', to=TensorProto.INT32)
    hidden = add_embeddings(graph, weights)
    for index in range(LAYERS):
        hidden = add_layer(graph, weights, index, hidden)
    add_mean_pooling(graph, hidden)
    inputs = [helper.make_tensor_value_info(n, TensorProto.INT64, ['b', 's']) for n in ('input_ids', 'attention_mask')]
    output = helper.make_tensor_value_info('sentence_embedding', TensorProto.FLOAT, ['b', 384])
    proto = helper.make_graph(graph.nodes, 'minilm', inputs, [output], graph.constants)
    model = helper.make_model(proto, opset_imports=[helper.make_opsetid('', 17), helper.make_opsetid(FUSED, 1)])
    model.ir_version = 8
    return model


def build_teacher(model_folder: Path, out: Path) -> None:
    """Reads model.safetensors in `model_folder`, writes the int8 graph to `out`."""
    loaded = load_file(str(model_folder / 'model.safetensors'))
    weights = {k.removeprefix('bert.'): v.astype(np.float32) for k, v in loaded.items() if v.dtype.kind == 'f'}
    full = out.with_suffix('.fp32.onnx')
    onnx.save(build_graph(weights), str(full))
    quantize_dynamic(
        str(full), str(out), op_types_to_quantize=['MatMul', 'Attention', 'Gather'], per_channel=True,
        weight_type=QuantType.QInt8, extra_options={'DefaultTensorType': TensorProto.FLOAT},
    )
    full.unlink()


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--model', type=Path, required=True, help='folder that holds model.safetensors')
    parser.add_argument('--out', type=Path, required=True, help='the ONNX file to write')
    options = parser.parse_args()
    build_teacher(options.model, options.out)
