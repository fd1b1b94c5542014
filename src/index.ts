/**
 * Backends, training, data, studies: what runs in browsers, workers and Node alike.
 * @module espalier
 */

export type { Backend, EpochResult, Evaluation, MemberState, Session, SessionData, TrainOrder } from './backend/backend.ts'
export { type Kernels, type OpenOptions, openBackend, type Simd, type WorkerFactory, type WorkerLike } from './backend/open.ts'
export type { Activation, ActivationName, ActivationNumbers, ActivationSpec } from './core/activations.ts'
export {
  BackendUnavailableError,
  DeviceLostError,
  DisposedError,
  EspalierError,
  GpuError,
  InvalidDataError,
  InvalidSpecError,
  WorkerCrashedError,
} from './core/errors.ts'
export type { GivenExamples } from './core/examples.ts'
export type { Initializer, InitializerSpec } from './core/initializers.ts'
export type { ActivationLayerSpec, ActivationMember, ActivationShape } from './core/layers/activation.ts'
export type {
  ArrangeMember,
  Cropping2dShape,
  Cropping2dSpec,
  ReshapeShape,
  ReshapeSpec,
  UpSampling2dShape,
  UpSampling2dSpec,
  ZeroPadding2dShape,
  ZeroPadding2dSpec,
} from './core/layers/arrange.ts'
export type {
  FillMode,
  FlipMode,
  MovingType,
  RandomCropMember,
  RandomCropShape,
  RandomCropSpec,
  RandomFlipMember,
  RandomFlipSpec,
  RandomMoveShape,
  RandomRotationMember,
  RandomRotationSpec,
  RandomTranslationMember,
  RandomTranslationSpec,
  RandomZoomMember,
  RandomZoomSpec,
} from './core/layers/augment.ts'
export type { BatchNormalizationMember, BatchNormalizationShape, BatchNormalizationSpec } from './core/layers/batchNormalization.ts'
export type { BidirectionalMember, BidirectionalShape, BidirectionalSpec } from './core/layers/bidirectional.ts'
export type { ConcatenateMember, ConcatenateShape, ConcatenateSpec } from './core/layers/concatenate.ts'
export type { ConvMember, ConvShape, ConvSpec } from './core/layers/conv.ts'
export type { DenseMember, DenseShape, DenseSpec } from './core/layers/dense.ts'
export type {
  DepthwiseConv2dMember,
  DepthwiseConv2dShape,
  DepthwiseConv2dSpec,
  SeparableConv2dMember,
  SeparableConv2dShape,
  SeparableConv2dSpec,
} from './core/layers/depthwise.ts'
export type { DropoutMember, DropoutShape, DropoutSpec } from './core/layers/dropout.ts'
export type { EmbeddingMember, EmbeddingShape, EmbeddingSpec } from './core/layers/embedding.ts'
export type { FlattenMember, FlattenShape, FlattenSpec } from './core/layers/flatten.ts'
export type { GaussianNoiseMember, GaussianNoiseShape, GaussianNoiseSpec } from './core/layers/gaussianNoise.ts'
export type { GluMember, GluShape, GluSpec } from './core/layers/glu.ts'
export type { GruMember, GruShape, GruSpec } from './core/layers/gru.ts'
export type { LayerSpec, LayerType, MemberLayerSpec, ShapeSpec, TopologyLayer } from './core/layers/index.ts'
export type { Shape } from './core/layers/kind.ts'
export type { LayerNormalizationMember, LayerNormalizationShape, LayerNormalizationSpec } from './core/layers/layerNormalization.ts'
export type { LstmMember, LstmShape, LstmSpec } from './core/layers/lstm.ts'
export type {
  GlobalPoolingShape,
  GlobalPoolingSpec,
  GlobalPoolingType,
  PoolingMember,
  PoolingShape,
  PoolingSpec,
  PoolingType,
} from './core/layers/pooling.ts'
export type { PreluMember, PreluShape, PreluSpec } from './core/layers/prelu.ts'
export type { ResidualMember, ResidualShape, ResidualSpec } from './core/layers/residual.ts'
export type { SimpleRnnMember, SimpleRnnShape, SimpleRnnSpec } from './core/layers/simpleRnn.ts'
export type { SpatialDropout1dMember, SpatialDropout1dShape, SpatialDropout1dSpec } from './core/layers/spatialDropout1d.ts'
export type { SpatialDropout2dMember, SpatialDropout2dShape, SpatialDropout2dSpec } from './core/layers/spatialDropout2d.ts'
export type { Padding, SizeSpec, Window } from './core/layers/window.ts'
export type { Weights } from './core/layout.ts'
export type { Loss, LossName, LossSpec } from './core/losses.ts'
export type { Dialect, MetricName } from './core/names.ts'
export type { Numbers } from './core/numbers.ts'
export type { Optimizer, OptimizerName, OptimizerSpec } from './core/optimizers.ts'
export type { EarlyStopping, Examples, Features, Member, MemberLayer, Population, Topology } from './core/population.ts'
export type { LearningRateSchedule } from './core/schedules.ts'
export { type MemberSpec, specJsonSchema, type TopologySpec, type TrainSpec } from './core/spec.ts'
export { embeddingLayers, type TokenInputs, type Tokens } from './core/tokens.ts'
export type { TargetUnit } from './core/units.ts'
export { parseArff, parseArffTable } from './data/arff.ts'
export { type ArraysOptions, assertFinite, fromArrays } from './data/arrays.ts'
export { type CsvOptions, type CsvTableOptions, parseCsv, parseCsvTable } from './data/csv.ts'
export { type ColumnEncoding, type Dataset, type Encoding, type Task, takeRows } from './data/dataset.ts'
export { type ColumnSummary, countClasses, type DatasetSummary, describeDataset } from './data/describe.ts'
export type { DownloadOptions, DownloadProgress } from './data/download.ts'
export { type EncodedFeatures, encodeFeatures, encodeTable, type TableOptions } from './data/encode.ts'
export { DataUnavailableError } from './data/errors.ts'
export { fromIdx, type IdxArray, type IdxData, parseIdx } from './data/idx.ts'
export { type DatasetName, datasetNames, type LoadOptions, type LoadPimaOptions, loadDataset } from './data/load.ts'
export { type FoldOptions, kFolds, type Split, type SplitOptions, trainTestSplit } from './data/split.ts'
export type { Table, TableColumn } from './data/table.ts'
export {
  type Features as TransformInput,
  fitImputer,
  fitMinMax,
  fitStandardizer,
  type ImputeStrategy,
  minMaxScale,
  standardize,
  type Transform,
  type TransformNumbers,
  transformFromJSON,
} from './data/transform.ts'
export { gunzip, type UnpackOptions } from './data/unpack.ts'
export type { AnswerCard } from './learn/answer/card.ts'
export type { Explanation, OfClass } from './learn/answer/explain.ts'
export { Answer, loadAnswer } from './learn/answer.ts'
export type { LearnGroups } from './learn/groups.ts'
export type { ClassSets, Intervals, NumberIntervals, PredictionInterval, Scale } from './learn/intervals/intervals.ts'
export type { IntervalOptions } from './learn/intervals/learn.ts'
export { learn } from './learn/learn.ts'
export type { LearnLoss, NumberLoss } from './learn/loss.ts'
export type { AttributionOptions } from './learn/matters/attributions.ts'
export type { Dependence } from './learn/matters/dependence.ts'
export type { Ensemble, LinearModel, Model, NetworkModel, TreesModel } from './learn/model.ts'
export type { LearnOptions, LearnProgress } from './learn/options.ts'
export {
  applyTemperature,
  combinePredictions,
  fitIntervals,
  fitTemperature,
  predictInterval,
  predictSet,
  scorePredictions,
  selectEnsemble,
} from './learn/pieces/index.ts'
export type { Cell, RawRow } from './learn/predictor/cells.ts'
export type { AnswerData, AnswerLearning, AnswerMetric, AnswerScore, Matter } from './learn/predictor/data.ts'
export type { AnswerColumn, Outside } from './learn/predictor/outside.ts'
export type { ClassPrediction, NumberPrediction, Prediction, PredictOptions } from './learn/predictor/predictor.ts'
export type { Repeats } from './learn/repeats.ts'
export type { Judged, JudgedClasses, JudgedNumbers } from './learn/score/judged.ts'
export type { Estimate as ScoreEstimate } from './learn/score/quantity.ts'
export type { Predictions, ScoreMetric } from './learn/score/score.ts'
export type { Bag, FoldModels } from './learn/score/training.ts'
export type { Score, ScoreOptions } from './learn/score/verdict.ts'
export type { Choosing, HeldOut } from './learn/select.ts'
export {
  type ColumnOptions,
  type ColumnPreparation,
  describePreparation,
  fitPreparation,
  type Preparation,
  type PreparedDataset,
  type PreparedFeatures,
  type PreparedTable,
  type PrepareOptions,
  type PrepareRows,
  preparationFromJSON,
  prepare,
  prepareFeatures,
  prepareTable,
  type SplitByOptions,
  type TypedTableOptions,
  typedTable,
  type Unseen,
  type UsableRows,
  unprepareTargets,
  usableRows,
} from './prepare/index.ts'
export type { StudyData } from './study/data.ts'
export type { ObjectiveFunction } from './study/evaluate.ts'
export type { StudyEvent } from './study/events.ts'
export { type Fanova, type FanovaOptions, fanova, type Importance, type PairImportance } from './study/importance/fanova.ts'
export { type PermutationImportance, type PermutationOptions, permutationImportance } from './study/importance/permutation.ts'
export { type Contour, contour, type Slice, type SliceOptions, slice } from './study/importance/slice.ts'
export type { CheckpointStore } from './study/journal/checkpoints.ts'
export { CorruptJournalError, JournalError } from './study/journal/errors.ts'
export { IndexedDbCheckpoints } from './study/journal/indexeddb/checkpoints.ts'
export { IndexedDbJournal } from './study/journal/indexeddb/journal.ts'
export type { Journal, JournalEntry, SharedJournal } from './study/journal/journal.ts'
export { MemoryCheckpoints, MemoryJournal } from './study/journal/memory.ts'
export { readStudies, type StudyRecord } from './study/journal/rebuild.ts'
export type { ObjectiveSpec } from './study/objective.ts'
export type { StudyOptions } from './study/options.ts'
export type { OutcomeConstraintSpec } from './study/outcomes.ts'
export type { PrunerSpec } from './study/pruner/create.ts'
export type { Pruner, Replacement } from './study/pruner/pruner.ts'
export type { RepeatsSpec } from './study/repeats.ts'
export { finalParams } from './study/replacing.ts'
export type { Budget, OptimizeOptions, RunOptions } from './study/runOptions.ts'
export type { SamplerSpec } from './study/sampler/create.ts'
export type { Sampler } from './study/sampler/sampler.ts'
export type { WinnerTakesAllOptions } from './study/sampler/winnerTakesAll.ts'
export type {
  CategoricalDistribution,
  Distribution,
  FloatDistribution,
  IntDistribution,
  Params,
  ParamValue,
} from './study/space/distributions.ts'
export { categorical, float, int, type NumberOptions, type ParameterSpec, type Space, type SpaceSpec } from './study/space/space.ts'
export { type BootstrapOptions, bootstrap, type Estimate, type Interval } from './study/statistics/bootstrap.ts'
export { type CompareOptions, type Comparison, type ComparisonTable, compareRepeats, compareTrials } from './study/statistics/compare.ts'
export type { Correction } from './study/statistics/corrections.ts'
export { type RungCorrelation, rankCorrelation, topKRegret } from './study/statistics/rungs.ts'
export { type Summary, summarize } from './study/statistics/summary.ts'
export { createStudy, type Study } from './study/study.ts'
export type { TrainTemplate } from './study/template.ts'
export type { Attributes, Direction, Json, StudyView, Trial, TrialState } from './study/trial.ts'
export { type ColumnDescription, describeTable, type TableDescription } from './table/describe.ts'
export type { LikeColumn } from './table/like.ts'
export type { ReadingOptions, ReadProgress, ReadTableOptions, TableFormat } from './table/options.ts'
export { readTable } from './table/read.ts'
export type { TableSource } from './table/source.ts'
export type {
  CategoryColumn,
  Column as TypedColumn,
  ColumnKind,
  DateColumn,
  Guess,
  NumberColumn,
  Problem,
  Table as TypedTable,
  TextColumn,
} from './table/table.ts'
export type { Written } from './table/written.ts'
export type { FitData } from './train/check.ts'
export {
  type EpochEvent,
  type FitCallbacks,
  type FitSpec,
  fit,
  fitPopulation,
  type PopulationMember,
  type PopulationOptions,
} from './train/fit.ts'
export type { History } from './train/history.ts'
export type { ClassReference } from './train/positive.ts'
export { AbortedError, type Checkpoint, FitResult, type Stopped } from './train/result.ts'
