"""BERT on a CPU at about twice the speed of the stock model, with the same weights and vectors.

Three things are done differently:

- the weight matrices are laid out once as oneDNN wants them, not on every call, and the matrix
  product adds the residual or applies the GELU itself;
- texts stand one after another in one long row and none is padded: only attention looks at them
  one by one, those of one length together;
- attention is two batched matrix products around a softmax, which on these short texts is faster
  than the fused kernel (`benchmarks/embedding.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    import torch
    from torch import Tensor
    from torch.nn import LayerNorm, Linear, Module
    from transformers import BertModel
    from transformers.models.bert.modeling_bert import BertLayer

_ROWS = 1024  # tokens that the weights are laid out for; any number can be multiplied


class PackedBert:
    """The layers of a `BertModel` at one precision. Safe to use from several threads."""

    def __init__(self, model: BertModel, precision: torch.dtype) -> None:
        """Pack the weights, which are best given in float32: they are rounded once.

        Args:
            model: one that `fits`, on the CPU.
            precision: torch.float32 or torch.bfloat16.
        """
        import torch

        config, tables = model.config, model.embeddings
        self._size = int(config.hidden_size)
        self._heads = int(config.num_attention_heads)
        with torch.no_grad():
            self._words = tables.word_embeddings.weight.to(precision)
            kinds = tables.token_type_embeddings.weight
            self._places = (tables.position_embeddings.weight + kinds[0]).to(precision)
            self._second = (kinds[1] - kinds[0]).to(precision) if len(kinds) > 1 else None
            self._first_norm = _Norm(tables.LayerNorm, precision)
            layers = cast("list[BertLayer]", model.encoder.layer)
            self._layers = [_Layer(layer, precision) for layer in layers]

    @staticmethod
    def fits(model: Module, precision: torch.dtype) -> bool:
        """Whether this model is a plain BERT on a CPU whose oneDNN has the operations used here."""
        import torch
        from transformers import BertModel

        if type(model) is not BertModel or model.device.type != "cpu":
            return False
        config = model.config
        plain = (
            config.hidden_act == "gelu"
            and getattr(config, "position_embedding_type", "absolute") == "absolute"
            and not config.is_decoder
            and not config.add_cross_attention
        )
        # Absent where torch was built without oneDNN.
        operations = all(
            hasattr(torch.ops.mkldnn, name)
            for name in ("_reorder_linear_weight", "_linear_pointwise")
        )
        if precision == torch.bfloat16:
            operations = operations and bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())
        return plain and operations

    def hidden(
        self, texts: Sequence[Sequence[int]], seconds: Sequence[int] | None = None
    ) -> list[Tensor]:
        """The last layer's states of each token.

        Args:
            texts: the token ids of each text, special tokens included; fastest when texts of one
                length stand together.
            seconds: for pairs, at which token of each text its second part begins.

        Returns:
            one tensor for each run of texts of one length, in order, shape (texts, tokens, size).
        """
        import torch

        runs = [(len(list(run)), length) for length, run in groupby(map(len, texts))]
        ids = torch.tensor([token for text in texts for token in text])
        places = torch.cat([torch.arange(length).repeat(count) for count, length in runs])
        with torch.inference_mode():
            states = self._words[ids] + self._places[places]
            if seconds is not None and self._second is not None:
                begins = torch.tensor(seconds).repeat_interleave(
                    torch.tensor([len(t) for t in texts])
                )
                states += (places >= begins).unsqueeze(1) * self._second
            states = self._first_norm(states)
            for layer in self._layers:
                mixed = self._attend(layer.project(states), runs)
                states = layer.attention_norm(layer.attention_out.plus(mixed, states))
                states = layer.out_norm(layer.narrow.plus(layer.widen.gelu(states), states))
            found, at = [], 0
            for count, length in runs:
                found.append(states[at : at + count * length].view(count, length, self._size))
                at += count * length
        return found

    def _attend(self, projected: Tensor, runs: list[tuple[int, int]]) -> Tensor:
        """Each text's tokens mixed among themselves; `projected` has shape (tokens, 3 * size)."""
        import torch

        mixed, at, width = [], 0, self._size // self._heads
        for count, length in runs:
            rows = projected[at : at + count * length]
            at += count * length
            split = rows.view(count, length, 3, self._heads, width).permute(2, 0, 3, 1, 4)
            query, key, value = split.reshape(3, count * self._heads, length, width).unbind(0)
            weights = torch.softmax(torch.bmm(query, key.transpose(1, 2)), dim=-1)
            heads = torch.bmm(weights, value).view(count, self._heads, length, width)
            mixed.append(heads.transpose(1, 2).reshape(count * length, self._size))
        return torch.cat(mixed) if len(mixed) > 1 else mixed[0]


class _Layer:
    """One layer's weights; the queries come scaled out of `project`."""

    def __init__(self, layer: BertLayer, precision: torch.dtype) -> None:
        import torch

        own, out = layer.attention.self, layer.attention.output
        scale = (own.query.out_features // own.num_attention_heads) ** -0.5
        weight = torch.cat([own.query.weight * scale, own.key.weight, own.value.weight])
        bias = torch.cat([own.query.bias * scale, own.key.bias, own.value.bias])
        self.project = _Matrix(weight, bias, precision)
        self.attention_out = _Matrix.of(out.dense, precision)
        self.attention_norm = _Norm(out.LayerNorm, precision)
        self.widen = _Matrix.of(layer.intermediate.dense, precision)
        self.narrow = _Matrix.of(layer.output.dense, precision)
        self.out_norm = _Norm(layer.output.LayerNorm, precision)


class _Matrix:
    """A linear layer in oneDNN's own layout, with what comes after it fused in."""

    def __init__(self, weight: Tensor, bias: Tensor, precision: torch.dtype) -> None:
        import torch

        self._multiply = torch.ops.mkldnn._linear_pointwise
        self._weight = torch.ops.mkldnn._reorder_linear_weight(
            weight.to(precision).contiguous(), _ROWS
        )
        self._bias = bias.to(precision)

    @classmethod
    def of(cls, linear: Linear, precision: torch.dtype) -> _Matrix:
        return cls(linear.weight, linear.bias, precision)

    def __call__(self, states: Tensor) -> Tensor:
        made: Tensor = self._multiply(states, self._weight, self._bias, "none", [], "")
        return made

    def gelu(self, states: Tensor) -> Tensor:
        made: Tensor = self._multiply(states, self._weight, self._bias, "gelu", [], "none")
        return made

    def plus(self, states: Tensor, residual: Tensor) -> Tensor:
        made: Tensor = self._multiply.binary(states, residual, self._weight, self._bias, "add")
        return made


class _Norm:
    """A layer normalisation."""

    def __init__(self, norm: LayerNorm, precision: torch.dtype) -> None:
        self._weight, self._bias = norm.weight.to(precision), norm.bias.to(precision)
        self._epsilon = norm.eps

    def __call__(self, states: Tensor) -> Tensor:
        import torch

        return torch.layer_norm(states, self._weight.shape, self._weight, self._bias, self._epsilon)
