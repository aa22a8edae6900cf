// Does the random forest train fast enough, and rank as well as scikit-learn's on the same data?
//   npm run bench -- forest [--out DIR] [--seed N]
// 100 trees on 20,000 rows of 20 features, scored on 10,000 fresh rows. The data is made from a seed by `makeRows`.
import { mkdirSync, writeFileSync } from 'node:fs'
import {
  auroc,
  predictBoosting,
  predictForest,
  trainBoostedClassifier,
  trainForestClassifier,
} from '../numerics/src/learning/index.ts'
import { createRandom } from '../numerics/src/random/index.ts'
import { type BenchOptions, median, report } from './report.ts'

const TRAIN = 20_000
const TEST = 10_000
const FEATURES = 20

/**
 * AUROC and seconds of scikit-learn 1.9.1 on the rows of seed 1, mean and extremes over ten random states, one core:
 *   d = json.load(open('DIR/forest-rows.json')); X = np.array(d['columns']).T; y = np.array(d['labels'])
 *   RandomForestClassifier(n_estimators=100, random_state=k).fit(X[:20000], y[:20000]).predict_proba(X[20000:])[:, 1]
 */
const SCIKIT_LEARN = {
  // HistGradientBoostingClassifier(max_iter=100, early_stopping=False), likewise
  boosting: 0.8374,
  seed: 1,
  auroc: 0.8109,
  least: 0.8096,
  most: 0.813,
  seconds: 6.1,
}

export async function run(options: BenchOptions): Promise<void> {
  const seed = Number(options.flags.seed ?? 1)
  const { columns, labels } = makeRows(seed)
  const train = columns.map((column) => column.slice(0, TRAIN))
  const test = columns.map((column) => column.slice(TRAIN))
  const seconds: number[] = []
  const cpu: number[] = []
  const scores: number[] = []
  for (let k = 1; k <= 3; k++) {
    const [started, used] = [performance.now(), process.cpuUsage()]
    const forest = trainForestClassifier(train, labels.slice(0, TRAIN), { trees: 100, seed: k })
    const { user, system } = process.cpuUsage(used)
    seconds.push((performance.now() - started) / 1000)
    cpu.push((user + system) / 1e6)
    scores.push(auroc(predictForest(forest, test), labels.slice(TRAIN)) ?? 0)
  }
  const round = (value: number, digits: number) => Number(value.toFixed(digits))
  const figures = {
    trainSeconds: round(median(seconds), 2),
    trainCpuSeconds: round(median(cpu), 2),
    auroc: round(median(scores), 4),
  }
  console.log(
    `100 trees on ${TRAIN} × ${FEATURES}: ${figures.trainSeconds} s (${figures.trainCpuSeconds} s of processor), AUROC ${figures.auroc}`,
  )
  const boosted = trainBoostedClassifier(train, labels.slice(0, TRAIN))
  const boosting = round(auroc(predictBoosting(boosted, test), labels.slice(TRAIN)) ?? 0, 4)
  console.log(`boosted trees on the same rows: AUROC ${boosting}`)
  const same = seed === SCIKIT_LEARN.seed
  if (same)
    console.log(
      `scikit-learn on the same rows: AUROC ${SCIKIT_LEARN.auroc} (${SCIKIT_LEARN.least}–${SCIKIT_LEARN.most}), ${SCIKIT_LEARN.seconds} s`,
    )
  if (options.out) {
    mkdirSync(options.out, { recursive: true })
    const rows = { columns: columns.map((column) => [...column]), labels: [...labels] }
    writeFileSync(`${options.out}/forest-rows.json`, JSON.stringify(rows))
  }
  report('forest', { ...figures, boosting, ...(same ? { scikitLearn: SCIKIT_LEARN } : {}) })
}

/** Seven of twenty normal features matter: alone, as a product, as a wave and as a switch; labels are drawn from the chance. */
function makeRows(seed: number): { columns: Float64Array[]; labels: Float64Array } {
  const random = createRandom(seed)
  const rows = TRAIN + TEST
  const columns = Array.from({ length: FEATURES }, () => Float64Array.from({ length: rows }, () => random.normal()))
  const at = (feature: number, row: number) => columns[feature]?.[row] ?? 0
  const labels = Float64Array.from({ length: rows }, (_, i) => {
    const shape = 1.2 * at(0, i) - at(1, i) + 0.8 * at(2, i) * at(3, i) + Math.sin(2 * at(4, i))
    const logOdds = shape + 0.6 * (at(5, i) > 0.5 ? 1 : -1) * at(6, i)
    return Number(random.next() < 1 / (1 + Math.exp(-logOdds)))
  })
  return { columns, labels }
}
