"""Which articles of the corpus are copies of one: exact, edited, truncated or excerpted.

Candidates come from a sketch (sketches.py), each is verified on the whole texts (verify.py), and the copies are
joined (clusters.py). Nothing depends on the order of the texts.
"""

from transforms.duplicates.clusters import find_clusters

__all__ = ["find_clusters"]
