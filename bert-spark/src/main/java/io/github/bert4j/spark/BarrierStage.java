package io.github.bert4j.spark;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.List;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction1;

/** Tasks that all run at a time, or not at all: if one fails, Spark starts all of them again, a few times. */
final class BarrierStage {
    private BarrierStage() {}

    /** Runs a job's workers; returns what they report. */
    static List<TrainingJob.Report> run(JavaSparkContext spark, int workers, TrainingJob job) {
        RDD<Integer> partitions =
                spark.parallelize(Collections.nCopies(workers, 0), workers).rdd();
        RDD<TrainingJob.Report> reports = partitions
                .barrier()
                .mapPartitions(new Work(job), false, ClassTag$.MODULE$.apply(TrainingJob.Report.class));
        // Spark starts again what goes on to a shuffle, and nothing that a job ends with.
        return JavaRDD.fromRDD(reports, ClassTag$.MODULE$.apply(TrainingJob.Report.class))
                .repartition(1)
                .collect();
    }

    private static final class Work extends AbstractFunction1<Iterator<Integer>, Iterator<TrainingJob.Report>>
            implements Serializable {
        private static final long serialVersionUID = 1;

        private final TrainingJob job;

        Work(TrainingJob job) {
            this.job = job;
        }

        @Override
        public Iterator<TrainingJob.Report> apply(Iterator<Integer> nothing) {
            try {
                return CollectionConverters.asScala(
                        List.of(job.train(BarrierTaskContext.get())).iterator());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
