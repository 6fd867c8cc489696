"""Makes probes.json: logistic regressions, leave-one-group-out predictions and equal error rates by scikit-learn, rank and
product-moment correlations by SciPy, word error counts by jiwer.

python make_probes.py > ../resources/org/emova4j/eval/metric/probes.json
"""
import json, sys
import jiwer, numpy as np, scipy, sklearn
from scipy import stats
from scipy.interpolate import interp1d
from scipy.optimize import brentq
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score, roc_curve
from sklearn.model_selection import LeaveOneGroupOut, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

SENTENCES = [["the cat sat on the mat", "the cat sit on mat"], ["one two three", "one two three four"], ["hello", "yellow"],
             ["a b c d e f", "x b d e f f"], ["nothing was heard here", ""], ["the same", "the same"],
             ["she had your dark suit in greasy wash water all year", "she had your dark suit and greasy wash what are all ear"]]


def regression(penalty):
    return LogisticRegression(C=1 / penalty, tol=1e-12, max_iter=100_000)


def equal_error_rate(targets, others):
    fpr, tpr, _ = roc_curve([1] * len(targets) + [0] * len(others), [*targets, *others], drop_intermediate=False)
    return brentq(lambda x: 1 - x - interp1d(fpr, tpr)(x), 0, 1, xtol=1e-14)


def main():
    random = np.random.default_rng(11)
    labels = random.integers(0, 3, 120)
    groups = random.integers(0, 5, 120)
    x = np.column_stack([random.normal(size=(3, 4))[labels] + 1.2 * random.normal(size=(120, 4)),
                         random.poisson(0.4 + 0.5 * labels), 1000 + 20 * random.normal(size=120)]).round(3)
    out = {"made by": f"scikit-learn {sklearn.__version__}, scipy {scipy.__version__}, numpy {np.__version__}, jiwer 4.0.0",
           "features": x.tolist(), "labels": labels.tolist(), "groups": groups.tolist(), "fits": []}
    for penalty in (1, 10):
        fit = regression(penalty).fit(x[:, :5], labels)
        out["fits"].append({"penalty": penalty, "weights": fit.coef_.tolist(), "intercepts": fit.intercept_.tolist(),
                            "probabilities": fit.predict_proba(x[:10, :5]).tolist()})
    predicted = cross_val_predict(make_pipeline(StandardScaler(), regression(1)), x, labels, groups=groups, cv=LeaveOneGroupOut())
    out["leave one group out"] = {"predicted": predicted.tolist(), "accuracy": np.mean(predicted == labels),
                                  "balanced accuracy": balanced_accuracy_score(labels, predicted)}
    trials = [(random.normal(1, 1, 40), random.normal(0, 1, 70)), (random.integers(2, 9, 25), random.integers(0, 7, 60)),
              ([3.0], [1.0, 2.0]), ([0.0, 1.0], [0.0, 1.0]), ([0.0], [1.0])]
    out["equal error rates"] = [{"targets": np.round(t, 3).tolist(), "others": np.round(o, 3).tolist(),
                                 "rate": equal_error_rate(np.round(t, 3), np.round(o, 3))} for t, o in trials]
    a, b = random.integers(0, 10, 30), random.integers(0, 10, 30)
    b = a + b
    out["correlation"] = {"x": a.tolist(), "y": b.tolist(), "pearson": stats.pearsonr(a, b)[0], "spearman": stats.spearmanr(a, b)[0]}
    out["transcripts"] = []
    for truth, heard in SENTENCES:
        words, characters = jiwer.process_words(truth, heard), jiwer.process_characters(truth.replace(" ", ""), heard.replace(" ", ""))
        out["transcripts"].append({"truth": truth, "heard": heard, "wer": words.wer, "cer": characters.cer})
    json.dump(out, sys.stdout)


main()
