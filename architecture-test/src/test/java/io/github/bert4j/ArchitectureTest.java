package io.github.bert4j;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which package uses which, over all modules, and what the library never does. */
class ArchitectureTest {
    /** Each package and those that it uses: all of them, and no others. */
    private static final String TABLE = """
            # bert-core
            tokenize -> files
            files ->
            checkpoint -> files
            kernels ->
            kernels.onednn -> kernels
            ops -> kernels
            graph -> kernels kernels.onednn ops
            layers -> graph kernels ops
            bert -> checkpoint files graph kernels layers ops tokenize
            data ->
            train -> data files graph kernels ops
            models -> checkpoint data files graph kernels ops train
            onnx -> checkpoint graph kernels models ops
            # bert-tasks
            text -> tokenize
            score -> files
            bundle -> bert checkpoint files graph kernels models onnx tokenize
            task -> bert bundle data files graph kernels kernels.onednn layers models onnx score text tokenize train
            explain -> bert data graph models task tokenize
            sentiment -> bert data explain graph layers models onnx score task tokenize train
            relation -> bert bundle data files graph layers models onnx score task text tokenize train
            event -> bert data files graph layers models onnx score task text tokenize train
            entity -> bert data files graph layers models onnx score task text tokenize train
            classification -> bert data explain graph layers models onnx score task tokenize train
            similarity -> bert bundle data files graph layers models onnx task tokenize train
            reranking -> bert data graph layers models onnx similarity task tokenize train
            distillation -> bert data graph layers models task train
            audit -> task train
            answer -> bert data files graph layers models onnx task text tokenize train
            joint -> bert classification data entity graph layers models onnx score task text tokenize train
            pretraining -> bert data graph kernels layers models task tokenize train
            # one package each
            testdata ->
            datasets -> answer classification entity event files joint relation sentiment similarity task
            plots -> explain files models score train
            dl4j -> classification similarity
            serve -> files task
            builtin -> bert files kernels tokenize
            cli -> audit bert builtin bundle checkpoint data datasets distillation explain files graph kernels kernels.onednn models ops \
                plots pretraining reranking score sentiment serve similarity task testdata tokenize train
            examples -> answer audit bert builtin classification data datasets distillation entity event explain graph joint layers \
                models onnx plots pretraining relation reranking sentiment similarity task text tokenize train
            benchmarks -> bert data files graph kernels kernels.onednn layers machine models onnx ops results sentiment serve task \
                testdata tokenize train
            machine ->
            results -> audit bert bundle classification datasets distillation files graph kernels machine models reranking \
                sentiment similarity task train
            """;

    /** Of the module that the profile {@code spark} builds. */
    private static final String SPARK_TABLE = """
            ring -> train
            spark -> bundle datasets files kernels models ring task train
            """;

    private static final String ROOT = "io.github.bert4j.";
    private static final int MOST_FILES = 50;
    private static final Set<String> PROGRAMS = Set.of("cli", "examples", "benchmarks");

    private static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("jmh_generated"))
            .importPackages("io.github.bert4j");

    /** What programs of others use, but for what is itself started. */
    private static final JavaClasses LIBRARY = ALL.that(describe(
            "of the library",
            type -> !PROGRAMS.contains(packageOf(type))
                    && type.tryGetMethod("main", String[].class).isEmpty()));

    @Test
    void packagesUseThoseOfTheTable() {
        assertEquals(lines(table()), lines(uses()));
    }

    @Test
    void theTableGoesOneWay() {
        Map<String, Set<String>> left = table();
        Set<String> done = new HashSet<>();
        while (!left.isEmpty()) {
            Set<String> next = left.keySet().stream()
                    .filter(name -> done.containsAll(left.get(name)))
                    .collect(Collectors.toSet());
            assertTrue(!next.isEmpty(), () -> "a cycle among " + left.keySet());
            done.addAll(next);
            left.keySet().removeAll(next);
        }
    }

    @Test
    void noPackageLiesInTwoModulesOrHasTooManyFiles() throws IOException {
        Map<String, List<Path>> folders = sources().stream().collect(Collectors.groupingBy(file -> packageOf(file)));
        assertTrue(
                folders.keySet()
                        .containsAll(uses().keySet().stream().map(ROOT::concat).toList()),
                folders::toString);
        folders.forEach((name, files) -> {
            assertEquals(1, files.stream().map(Path::getParent).distinct().count(), name);
            assertTrue(files.size() <= MOST_FILES, () -> name + " has " + files.size() + " files");
        });
    }

    @Test
    void noSimpleNameIsUsedTwice() throws IOException {
        Map<String, Path> names = new HashMap<>();
        for (Path file : sources()) {
            String name = file.getFileName().toString();
            Path other = names.put(name, file);
            assertTrue(other == null || name.equals("package-info.java"), () -> file + " and " + other);
        }
    }

    @Test
    void everyPackageSaysWhatItIsFor() throws IOException {
        Map<String, List<Path>> packages = sources().stream().collect(Collectors.groupingBy(file -> packageOf(file)));
        packages.forEach(
                (name, files) -> assertTrue(files.stream().anyMatch(file -> file.endsWith("package-info.java")), name));
    }

    @Test
    void tokenizersNeedNothingBesideTheJdkAndJson() {
        classes()
                .that()
                .resideInAPackage("io.github.bert4j.tokenize..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "io.github.bert4j.tokenize..", "io.github.bert4j.files..", "com.fasterxml.jackson..", "java..")
                .check(ALL);
    }

    @Test
    void filesAreReadAndWrittenWithoutNd4j() {
        noClasses()
                .that()
                .resideInAnyPackage("io.github.bert4j.checkpoint..", "io.github.bert4j.files..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.nd4j..", "org.bytedeco..")
                .check(ALL);
    }

    @Test
    void onlyPicturesAreDrawn() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.github.bert4j.plots..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.awt..", "javax.imageio..", "org.knowm..")
                .check(LIBRARY);
    }

    @Test
    void theLibraryPrintsNothing() {
        NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(LIBRARY);
    }

    @Test
    void theLibraryNeverEndsTheProcess() {
        noClasses()
                .should()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .callMethod(Runtime.class, "exit", int.class)
                .orShould()
                .callMethod(Runtime.class, "halt", int.class)
                .check(LIBRARY);
    }

    @Test
    void noStateIsShared() {
        fields().that().areStatic().should().beFinal().check(ALL);
    }

    private static Map<String, Set<String>> table() {
        Map<String, Set<String>> table = new TreeMap<>();
        String all = ALL.contain(ROOT + "spark.BertSpark") ? TABLE + SPARK_TABLE : TABLE;
        all.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            String[] parts = line.split(" ->", 2);
            table.put(parts[0], new TreeSet<>(List.of(parts[1].strip().split(" "))));
            table.get(parts[0]).remove("");
        });
        return table;
    }

    private static Map<String, Set<String>> uses() {
        Map<String, Set<String>> uses = new TreeMap<>();
        for (JavaClass type : ALL) {
            Set<String> used = uses.computeIfAbsent(packageOf(type), name -> new TreeSet<>());
            type.getDirectDependenciesFromSelf().stream()
                    .map(Dependency::getTargetClass)
                    .filter(target -> target.getPackageName().startsWith(ROOT))
                    .map(ArchitectureTest::packageOf)
                    .filter(target -> !target.equals(packageOf(type)))
                    .forEach(used::add);
        }
        return uses;
    }

    /** A line each, so that a difference can be seen. */
    private static String lines(Map<String, Set<String>> uses) {
        return uses.entrySet().stream()
                .map(entry -> entry.getKey() + " -> " + String.join(" ", entry.getValue()))
                .collect(Collectors.joining("\n"));
    }

    private static String packageOf(JavaClass type) {
        return type.getPackageName().substring(ROOT.length());
    }

    private static String packageOf(Path source) {
        Path root = source;
        while (!root.endsWith("src/main/java")) {
            root = root.getParent();
        }
        return root.relativize(source.getParent()).toString().replace('/', '.').replace('\\', '.');
    }

    /** Those of all modules, also of those that a profile builds. */
    private static List<Path> sources() throws IOException {
        try (Stream<Path> modules = Files.list(Path.of(".."))) {
            List<Path> roots = modules.map(module -> module.resolve("src/main/java"))
                    .filter(Files::isDirectory)
                    .toList();
            return roots.stream().flatMap(ArchitectureTest::javaFiles).toList();
        }
    }

    private static Stream<Path> javaFiles(Path root) {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
