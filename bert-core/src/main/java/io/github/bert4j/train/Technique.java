package io.github.bert4j.train;

/**
 * How a model is trained besides by its optimizer; given to {@code CompiledModel.with}. Learning rates and clipping are the
 * optimizer's.
 */
public sealed interface Technique
        permits GradientAccumulation, MovingAverage, AdversarialTraining, RDrop, OnNonFinite {}
