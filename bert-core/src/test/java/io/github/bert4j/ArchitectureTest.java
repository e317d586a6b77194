package io.github.bert4j;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Map;
import java.util.Set;

/** Who may use whom, and what the library never does. */
@AnalyzeClasses(packages = "io.github.bert4j", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    /** Each package with those that it may use. */
    private static final Map<String, Set<String>> MAY_USE = Map.of(
            "tokenize", Set.of(),
            "checkpoint", Set.of(),
            "ops", Set.of(),
            "graph", Set.of("ops"),
            "layers", Set.of("graph", "ops"),
            "bert", Set.of("layers", "graph", "ops", "checkpoint", "tokenize"),
            "data", Set.of("tokenize"),
            "train", Set.of("graph", "ops", "data", "checkpoint"),
            "models", Set.of("train", "graph", "ops", "data", "checkpoint"),
            "onnx", Set.of("models", "graph", "ops", "checkpoint"));

    @ArchTest
    static final ArchRule dependenciesPointOneWay = dependenciesPointOneWay();

    @ArchTest
    static final ArchRule everyClassLivesInAPackageOfTheTable = classes()
            .should()
            .resideInAnyPackage(
                    MAY_USE.keySet().stream().map(ArchitectureTest::classesOf).toArray(String[]::new))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule packagesFormNoCycle = slices().matching("io.github.bert4j.(*)..")
            .should()
            .beFreeOfCycles()
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule tokenizersNeedTheJdkAlone = classes()
            .that()
            .resideInAPackage("io.github.bert4j.tokenize..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("io.github.bert4j.tokenize..", "java..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule checkpointsAreReadWithoutNd4j = noClasses()
            .that()
            .resideInAPackage("io.github.bert4j.checkpoint..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.nd4j..", "org.bytedeco..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule nothingIsDrawn = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.awt..", "javax.imageio..", "org.knowm..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule nothingIsPrinted = NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.allowEmptyShould(true);

    @ArchTest
    static final ArchRule theProcessIsNeverEnded = noClasses()
            .should()
            .callMethod(System.class, "exit", int.class)
            .orShould()
            .callMethod(Runtime.class, "exit", int.class)
            .orShould()
            .callMethod(Runtime.class, "halt", int.class)
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule noStateIsShared =
            fields().that().areStatic().should().beFinal().allowEmptyShould(true);

    private static ArchRule dependenciesPointOneWay() {
        var layers = layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage("io.github.bert4j..")
                .withOptionalLayers(true);
        for (String layer : MAY_USE.keySet()) {
            layers = layers.layer(layer).definedBy(classesOf(layer));
        }
        for (var use : MAY_USE.entrySet()) {
            var layer = layers.whereLayer(use.getKey());
            layers = use.getValue().isEmpty()
                    ? layer.mayNotAccessAnyLayer()
                    : layer.mayOnlyAccessLayers(use.getValue().toArray(String[]::new));
        }
        return layers;
    }

    private static String classesOf(String layer) {
        return "io.github.bert4j." + layer + "..";
    }
}
