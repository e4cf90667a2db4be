import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.operaton.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.operaton.bpm.engine.impl.cfg.StandaloneInMemProcessEngineConfiguration;

/** Reads one command as JSON from each line of the standard input, and writes the answer as a line of JSON. */
public final class Driver {
  private static final ObjectMapper JSON = new ObjectMapper();

  public static void main(String[] arguments) throws IOException {
    // Whatever a library prints goes to the standard error, so that the standard output has answers only.
    PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.setOut(System.err);
    var ids = new Ids();
    var configuration = configuration(ids);
    configuration.buildProcessEngine();
    var execution = new Execution(configuration);
    var commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      answers.println(JSON.writeValueAsString(answer(execution, ids, JSON.readTree(line))));
    }
  }

  /** An engine without job executor: nothing happens but what a command asks for. */
  private static ProcessEngineConfigurationImpl configuration(Ids ids) {
    var configuration = new StandaloneInMemProcessEngineConfiguration();
    configuration.setJdbcUrl("jdbc:h2:mem:driver;DB_CLOSE_DELAY=-1");
    configuration.setDatabaseSchemaUpdate("true");
    configuration.setJobExecutorActivate(false);
    configuration.setIdGenerator(ids);
    configuration.setHistory("none");
    configuration.setEnforceHistoryTimeToLive(false);
    configuration.setMetricsEnabled(false);
    configuration.setEnableExceptionsAfterUnhandledBpmnError(true);
    return configuration;
  }

  private static Map<String, Object> answer(Execution execution, Ids ids, JsonNode command) {
    ids.beginStep();
    try {
      execution.take(command);
    } catch (RuntimeException failure) {  // also those that a fault of the engine raises
      return Map.of("failure", String.valueOf(failure.getMessage()), "waits", execution.waits());
    }
    return Map.of("waits", execution.waits(), "running", execution.isRunning(), "variables", execution.variables());
  }
}
