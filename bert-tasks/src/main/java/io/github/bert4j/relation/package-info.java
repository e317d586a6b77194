/**
 * Relation extraction: text in, triples (subject, predicate, object) with their places out.
 *
 * <p>Start with {@link io.github.bert4j.relation.RelationExtractor}:
 *
 * <pre>{@code
 * try (var extractor = RelationExtractor.load(Path.of("relation"))) {
 *     for (ExtractedTriple found : extractor.predict("《无间道》是刘伟强执导的电影")) {
 *         System.out.println(found.triple());
 *     }
 * }
 * }</pre>
 *
 * <p>Source: Wei et al., "A Novel Cascade Binary Tagging Framework for Relational Triple Extraction", of which this is
 * the form with the mean of a subject's first and last vector.
 *
 * <p>Trap: texts are cut to {@code maxTrainingLength} characters, 160 unless told otherwise, in training alone;
 * predictions see whole texts.
 */
package io.github.bert4j.relation;
