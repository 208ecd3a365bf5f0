"""Căn Cứ reads Vietnamese legal texts and answers which document authorises which activity, with the quote.

The data flow, each step a package of its own::

    file --loaders.readers--> text --loaders.text--> shadow text with offsets of the source
      --loaders.extract--> records (cancu.model) --loaders.entities--> identities, or doubts
      --loaders.graph--> named graph per source --queries.store--> embedded SPARQL store
      --queries.engine--> answers with proofs --viz--> tables, trees and pages
"""

__version__ = "0.1.0"
