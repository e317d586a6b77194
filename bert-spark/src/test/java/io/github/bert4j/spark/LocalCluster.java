package io.github.bert4j.spark;

import org.apache.spark.sql.SparkSession;

/** Spark with executors that are processes of their own, on this machine. */
final class LocalCluster {
    private LocalCluster() {}

    /** Two executors of one thread each; they find classes where this process does. */
    static SparkSession start() {
        return SparkSession.builder()
                .master("local-cluster[2,1,1024]")
                .appName("test")
                .config("spark.ui.enabled", false)
                .config("spark.driver.host", "localhost")
                .config("spark.executor.memory", "1g")
                .config(
                        "spark.executor.extraClassPath",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")))
                .config(
                        "spark.executor.extraJavaOptions",
                        "-Dorg.bytedeco.javacpp.maxphysicalbytes=0 -XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
                .config("spark.sql.shuffle.partitions", 2)
                .getOrCreate();
    }
}
