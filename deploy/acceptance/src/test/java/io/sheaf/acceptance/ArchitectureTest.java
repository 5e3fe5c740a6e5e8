package io.sheaf.acceptance;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasModifiers.Predicates.modifier;
import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.ExecutorConversation.FromExecutor;
import io.sheaf.protocol.ExecutorConversation.ToExecutor;
import io.sheaf.protocol.WorkerConversation.FromWorker;
import io.sheaf.protocol.WorkerConversation.ToWorker;
import io.sheaf.protocol.link.DataFrame;
import io.sheaf.protocol.link.LinkMessage;
import java.time.Clock;
import java.time.Instant;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The borders between the modules, and what a class may be called, as failing tests. */
class ArchitectureTest {

    private static final JavaClasses SHEAF = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("/io/sheaf/acceptance/"))
            .importPackages("io.sheaf");

    private static final String PROTOCOL = "io.sheaf.protocol..";
    private static final String PUBLIC_API = "io.sheaf";
    private static final String WORKER = "io.sheaf.worker..";
    private static final String COORDINATOR = "io.sheaf.coordinator..";
    private static final String EXECUTOR = "io.sheaf.worker.executor..";
    private static final String[] CLIENT = {
        "io.sheaf.client..", "io.sheaf.cli..", "io.sheaf.builtins..", "io.sheaf.examples.."
    };
    private static final String[] PURE = {"io.sheaf.coordinator.scheduling..", "io.sheaf.worker.execution.."};
    private static final String[] DEPLOY = {"io.sheaf.launcher..", "io.sheaf.node.."};

    private static final DescribedPredicate<JavaClass> SAID = assignableTo(FromClient.class)
            .or(assignableTo(ToClient.class))
            .or(assignableTo(FromWorker.class))
            .or(assignableTo(ToWorker.class))
            .or(assignableTo(FromExecutor.class))
            .or(assignableTo(ToExecutor.class))
            .or(assignableTo(LinkMessage.class))
            .or(assignableTo(DataFrame.class));

    /**
     * Calls of users that block until they are answered, the thread that waits for a process to end, and that of an item
     * whose result comes later: its deadline is the item's, which interrupts it.
     */
    private static final Set<String> WAIT_ON_PURPOSE = Set.of(
            "io.sheaf.cli.ClusterOptions",
            "io.sheaf.client.pool.SlotFuture",
            "io.sheaf.client.pool.Submission",
            "io.sheaf.client.pool.ClientProcess",
            "io.sheaf.worker.executor.Stages",
            "io.sheaf.worker.process.ExecutorProcess");

    private static final Pattern BANNED_NAME =
            Pattern.compile(".*(Manager|Helper|Utils?|Impl|Handler|Processor|Service)|(Abstract|Base)([A-Z].*)?");

    @Test
    void everyModuleIsLookedAt() {
        assertThat(SHEAF.stream().map(JavaClass::getPackageName))
                .contains(
                        "io.sheaf",
                        "io.sheaf.worker",
                        "io.sheaf.coordinator",
                        "io.sheaf.client",
                        "io.sheaf.cli",
                        "io.sheaf.builtins",
                        "io.sheaf.examples",
                        "io.sheaf.launcher",
                        "io.sheaf.node");
    }

    @Test
    void whatDecidesTouchesNeitherThreadsNorInputNorOutput() {
        check(noClasses()
                .that()
                .resideInAnyPackage(PURE)
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        "akka..",
                        "java.util.concurrent..",
                        "java.io..",
                        "java.net..",
                        "java.nio..",
                        "org.slf4j..",
                        "com.typesafe.."))
                .because("a deciding class gets one stimulus and returns what became true and what to do"));
    }

    @Test
    void whatDecidesAsksNoClockAndRollsNoDice() {
        check(noClasses()
                .that()
                .resideInAnyPackage(PURE)
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .callConstructor(Random.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Clock.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Thread.class)
                .because("time and chance come in as parameters, so that a run can be repeated from its seed"));
    }

    @Test
    void theProtocolDependsOnNoOtherModule() {
        check(noClasses()
                .that()
                .resideInAnyPackage(PUBLIC_API, PROTOCOL)
                .should()
                .dependOnClassesThat(resideInAnyPackage(WORKER, COORDINATOR)
                        .or(resideInAnyPackage(CLIENT))
                        .or(resideInAnyPackage(DEPLOY))));
    }

    @Test
    void clientWorkerAndCoordinatorDoNotSeeEachOther() {
        check(noClasses()
                .that()
                .resideInAPackage(WORKER)
                .should()
                .dependOnClassesThat(resideInAPackage(COORDINATOR).or(resideInAnyPackage(CLIENT))));
        check(noClasses()
                .that()
                .resideInAPackage(COORDINATOR)
                .should()
                .dependOnClassesThat(resideInAPackage(WORKER).or(resideInAnyPackage(CLIENT))));
        check(noClasses()
                .that()
                .resideInAnyPackage(CLIENT)
                .should()
                .dependOnClassesThat(resideInAnyPackage(WORKER, COORDINATOR)));
    }

    @Test
    void nothingSeesWhatDeploys() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages(DEPLOY)
                .should()
                .dependOnClassesThat(resideInAnyPackage(DEPLOY)));
    }

    @Test
    void anExecutorSeesTheJdkAndTheProtocolOnly() {
        check(classes()
                .that()
                .resideInAPackage(EXECUTOR)
                .should()
                .onlyDependOnClassesThat(
                        resideInAnyPackage("java..", "jdk..", "org.jspecify..", PUBLIC_API, PROTOCOL, EXECUTOR))
                .because("the child JVM has nothing else on its class path"));
    }

    @Test
    void theClientKnowsNeitherAkkaNorScala() {
        check(noClasses()
                .that()
                .resideInAnyPackage(CLIENT)
                .should()
                .dependOnClassesThat(resideInAnyPackage("akka..", "scala..", "com.typesafe.."))
                .because("a user's application must never have to agree with ours on versions"));
    }

    @Test
    void settingsAreParsedOnceAtTheEdge() {
        check(noClasses()
                .that(declaredIn("a *Settings or *Main file", "Settings", "Main")
                        .negate())
                .and()
                .resideOutsideOfPackage("io.sheaf.launcher..")
                .should()
                .dependOnClassesThat(resideInAPackage("com.typesafe.config..")));
    }

    @Test
    void onlyActorsTouchTheActorApi() {
        check(noClasses()
                .that(declaredIn("an *Actor or *Guardian file", "Actor", "Guardian")
                        .negate())
                .and()
                .resideOutsideOfPackage("io.sheaf.launcher..")
                .should()
                .dependOnClassesThat(resideInAPackage("akka.actor.typed.javadsl.."))
                .because("everybody else knows an ActorRef at most"));
    }

    @Test
    void packagesDoNotDependOnEachOtherInACircle() {
        check(slices().assignedFrom(new OnePackageEach()).should().beFreeOfCycles());
    }

    @Test
    void classesAreNamedAfterWhatTheyAre() {
        check(noClasses()
                .that(describe("are named", named -> !named.getSimpleName().isEmpty()))
                .should()
                .haveNameMatching("(.*[.$])?(" + BANNED_NAME.pattern() + ")")
                .because("a class that cannot be named after what it is, is the wrong class"));
    }

    @Test
    void packagesAreNamedAfterAFeature() {
        check(noClasses()
                .should()
                .resideInAnyPackage("..util..", "..utils..", "..common..", "..impl..", "..service..", "..model.."));
    }

    @Test
    void noStaticFieldCanChange() {
        check(fields().that()
                .areDeclaredInClassesThat()
                .resideInAPackage("io.sheaf..")
                .and(modifier(JavaModifier.STATIC))
                .and(DescribedPredicate.not(modifier(JavaModifier.SYNTHETIC)))
                .should()
                .beFinal()
                .andShould()
                .notHaveRawType(resideInAPackage("java.util.concurrent.atomic.."))
                .because("static state outlives every pool, and no test can start afresh"));
    }

    @Test
    void whatIsSaidIsPlainData() {
        check(classes()
                .that(SAID)
                .should()
                .beRecords()
                .orShould()
                .beEnums()
                .orShould(be(describe(
                        "sealed interfaces",
                        type -> type.isInterface() && type.reflect().isSealed())))
                .because("a message is read on another machine, where nothing but its components has arrived"));
    }

    @Test
    void nobodyWaitsForAFutureWithoutADeadline() {
        check(noClasses()
                .that(declaredIn("a *Main file", "Main").negate())
                .and()
                .resideOutsideOfPackages("io.sheaf.launcher..", "io.sheaf.examples..")
                .and(describe(
                        "do not wait because that is their purpose", type -> !WAIT_ON_PURPOSE.contains(type.getName())))
                .should()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(CompletableFuture.class, "join")
                .orShould()
                .callMethod(CompletableFuture.class, "get")
                .orShould()
                .callMethod(Future.class, "get")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("scala.concurrent.Await")
                .because("nothing hangs: who waits for another has a deadline, or is told in a callback"));
    }

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(SHEAF);
    }

    /** By the outermost class, so that a lambda or a nested record counts as its file. */
    private static DescribedPredicate<JavaClass> declaredIn(String description, String... endings) {
        return describe("are declared in " + description, type -> {
            String outermost = type.getName().replaceFirst("\\$.*", "");
            for (String ending : endings) {
                if (outermost.endsWith(ending)) {
                    return true;
                }
            }
            return false;
        });
    }

    private static final class OnePackageEach implements SliceAssignment {

        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            return type.getPackageName().startsWith("io.sheaf")
                    ? SliceIdentifier.of(type.getPackageName())
                    : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
            return "packages of Sheaf";
        }
    }
}
