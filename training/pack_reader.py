"""Turn a checkpoint of `train_reader` into the weights that ship.

python -m training.pack_reader reader.pt qa/weights/reader.safetensors
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from safetensors.numpy import save_file

from qa.span_model import packed


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("weights", type=Path)
    options = parser.parse_args()
    state = torch.load(options.checkpoint, weights_only=True)["model"]
    options.weights.parent.mkdir(parents=True, exist_ok=True)
    save_file(packed({name: v.float().numpy() for name, v in state.items()}), options.weights)
    print(f"{options.weights}: {options.weights.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
