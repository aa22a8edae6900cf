"""PCMCI of tigramite on the systems that `npm run bench -- links --out DIR` writes; see README.md beside.

    python -m venv venv && venv/bin/pip install tigramite==5.2.10.1 numpy==2.4.6
    venv/bin/python tigramite-reference.py DIR/links-systems.json > tigramite.json
"""
import json
import sys

import numpy as np
from tigramite import data_processing
from tigramite.independence_tests.parcorr import ParCorr
from tigramite.pcmci import PCMCI

answers = []
for system in json.load(open(sys.argv[1])):
    frame = data_processing.DataFrame(np.array(system["series"]).T)
    pcmci = PCMCI(dataframe=frame, cond_ind_test=ParCorr(significance="analytic"), verbosity=0)
    result = pcmci.run_pcmci(tau_min=1, tau_max=5, pc_alpha=0.05)
    p = result["p_matrix"]
    count = p.shape[0]
    cross = [(i, j, lag) for i in range(count) for j in range(count) if i != j for lag in range(1, 6)]
    values = np.array([p[place] for place in cross])
    # Benjamini-Hochberg over the links between different series, as on the other side.
    order = np.argsort(values)
    limit = 0.05 * np.arange(1, len(values) + 1) / len(values)
    passed = np.nonzero(values[order] <= limit)[0]
    believed = order[: passed[-1] + 1] if len(passed) else []
    answers.append({
        "seed": system["seed"],
        "below5percent": [list(place) for place, value in zip(cross, values) if value <= 0.05],
        "links": [list(cross[k]) for k in sorted(believed)],
    })
print("[\n" + ",\n".join(json.dumps(answer, separators=(",", ":")) for answer in answers) + "\n]")
