"""Which articles of the corpus are copies of one: exact, edited, truncated or excerpted.

Candidates come from a sketch (sketches.py) where two of them meet (meeting.py), each is verified on the whole texts
(verify.py), and the copies are joined (forest.py; clusters.py does it all in memory). Nothing depends on the order of
the texts.
"""

from transforms.duplicates.clusters import find_clusters

__all__ = ["find_clusters"]
