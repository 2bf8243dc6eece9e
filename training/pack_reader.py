"""Turn checkpoints of `train_reader` into the weights that ship.

    python -m training.pack_reader reader.pt --out qa/weights/reader.safetensors
    python -m training.pack_reader g.safetensors h.pt --shares 0.33 0.67 --out ...

Several are averaged, weight by weight ("model soups"; Wortsman et al., 2022): runs of which each
began where the one before ended lie near each other, and their mean is as good and less peculiar.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.numpy import save_file
from torch import Tensor

from qa.span_model import packed
from training.train_reader import weights_of


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "checkpoints", type=Path, nargs="+", help="checkpoints, or files that shipped"
    )
    parser.add_argument("--out", type=Path, required=True, help="the file to write")
    parser.add_argument("--shares", type=float, nargs="+", help="of each; equal unless given")
    options = parser.parse_args(arguments)
    count = len(options.checkpoints)
    shares = options.shares or [1 / count] * count
    if len(shares) != count or abs(sum(shares) - 1) > 1e-6:
        parser.error(f"--shares must be {count} numbers that make 1")
    state = averaged([weights_of(path) for path in options.checkpoints], shares)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    save_file(packed({name: v.numpy() for name, v in state.items()}), options.out)
    print(f"{options.out}: {options.out.stat().st_size / 1e6:.1f} MB")


def averaged(states: Sequence[dict[str, Tensor]], shares: Sequence[float]) -> dict[str, Tensor]:
    """The weighted mean of states with the same names and shapes, in float32."""
    parts = list(zip(states, shares, strict=True))
    return {
        name: sum((share * state[name].float() for state, share in parts), start=torch.zeros(()))
        for name in states[0]
    }


if __name__ == "__main__":
    main()
