import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.operaton.bpm.engine.ExternalTaskService;
import org.operaton.bpm.engine.ManagementService;
import org.operaton.bpm.engine.ProcessEngineException;
import org.operaton.bpm.engine.RepositoryService;
import org.operaton.bpm.engine.RuntimeService;
import org.operaton.bpm.engine.TaskService;
import org.operaton.bpm.engine.externaltask.ExternalTask;
import org.operaton.bpm.engine.management.JobDefinition;
import org.operaton.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.operaton.bpm.engine.impl.persistence.entity.EventSubscriptionEntity;
import org.operaton.bpm.engine.impl.util.ClockUtil;
import org.operaton.bpm.engine.runtime.EventSubscription;
import org.operaton.bpm.engine.runtime.Job;
import org.operaton.bpm.engine.task.Task;

/**
 * The only execution in the engine: the processes of one file, and one instance of the first of them with all instances
 * that it calls. A waiting event or open task is named by its kind and element, such as {@code timer:Late}.
 */
final class Execution {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String WORKER = "driver";

  private final ProcessEngineConfigurationImpl configuration;
  private final RepositoryService repository;
  private final RuntimeService runtime;
  private final TaskService tasks;
  private final ExternalTaskService externalTasks;
  private final ManagementService management;
  private String deployment;
  private String deployed;
  private String instance;
  /** The elements of the job definitions by their ids. */
  private Map<String, String> timers = Map.of();

  Execution(ProcessEngineConfigurationImpl configuration) {
    this.configuration = configuration;
    repository = configuration.getRepositoryService();
    runtime = configuration.getRuntimeService();
    tasks = configuration.getTaskService();
    externalTasks = configuration.getExternalTaskService();
    management = configuration.getManagementService();
  }

  /** Take the step that a command names. */
  void take(JsonNode command) {
    String element = command.path("element").asText();
    Map<String, Object> variables = variablesOf(command.path("variables"));
    switch (command.path("step").asText()) {
      case "start" -> start(command.path("bpmn").asText(), variables);
      case "finish" -> finish(element, variables);
      case "throw" -> throwError(element, command.path("code").asText(), variables);
      case "event" -> receive(command.path("kind").asText(), element, variables);
      case "timer" -> fire(oldest(jobs(element), Job::getId));
      default -> throw new IllegalArgumentException("unknown step: " + command);
    }
  }

  private void start(String bpmn, Map<String, Object> variables) {
    if (!bpmn.equals(deployed)) {
      deploy(bpmn);
    }
    ClockUtil.reset();
    runtime.createProcessInstanceQuery().rootProcessInstances().list()
        .forEach(old -> runtime.deleteProcessInstance(old.getId(), "another execution starts", true));
    instance = runtime.startProcessInstanceByKey("p", variables).getId();
  }

  private void deploy(String bpmn) {
    deployed = null;
    instance = null;
    if (deployment != null) {
      repository.deleteDeployment(deployment, true, true, true);
      deployment = null;
    }
    deployment = repository.createDeployment().addString("model.bpmn", bpmn).deploy().getId();
    timers = management.createJobDefinitionQuery().list().stream()
        .collect(Collectors.toMap(JobDefinition::getId, JobDefinition::getActivityId));
    deployed = bpmn;
  }

  private void finish(String element, Map<String, Object> variables) {
    List<ExternalTask> external = externalTasks(element);
    if (external.isEmpty()) {
      tasks.complete(task(element).getId(), variables);
    } else {
      externalTasks.complete(lock(oldest(external, ExternalTask::getId)), WORKER, variables);
    }
  }

  private void throwError(String element, String code, Map<String, Object> variables) {
    List<ExternalTask> external = externalTasks(element);
    if (external.isEmpty()) {
      tasks.handleBpmnError(task(element).getId(), code, null, variables);
    } else {
      externalTasks.handleBpmnError(lock(oldest(external, ExternalTask::getId)), WORKER, code, null, variables);
    }
  }

  private String lock(ExternalTask task) {
    externalTasks.lock(task.getId(), WORKER, 3_600_000);
    return task.getId();
  }

  /** Let exactly one event receive a message or signal, even if other events have its name and execution. */
  private void receive(String kind, String element, Map<String, Object> variables) {
    List<EventSubscription> found =
        runtime.createEventSubscriptionQuery().eventType(kind).activityId(element).list();
    String id = oldest(found, EventSubscription::getId).getId();
    configuration.getCommandExecutorTxRequired().execute(context -> {
      EventSubscriptionEntity entity = context.getEventSubscriptionManager().findEventSubscriptionById(id);
      entity.eventReceived(variables, false);
      return null;
    });
  }

  /** Fire a timer a second after its due time, because the engine counts the repetitions of a cycle by the clock. */
  private void fire(Job timer) {
    Date late = Date.from(timer.getDuedate().toInstant().plusSeconds(1));
    if (late.after(ClockUtil.getCurrentTime())) {
      ClockUtil.setCurrentTime(late);
    }
    management.executeJob(timer.getId());
  }

  // --- what waits ---

  List<String> waits() {
    List<String> names = new ArrayList<>();
    tasks.createTaskQuery().list().forEach(task -> names.add("task:" + task.getTaskDefinitionKey()));
    externalTasks.createExternalTaskQuery().list().forEach(task -> names.add("task:" + task.getActivityId()));
    for (EventSubscription event : runtime.createEventSubscriptionQuery().list()) {
      if (!event.getEventType().equals("compensate") && event.getExecutionId() != null) {
        names.add(event.getEventType() + ":" + event.getActivityId());
      }
    }
    management.createJobQuery().list().forEach(job -> names.add("timer:" + timers.get(job.getJobDefinitionId())));
    names.sort(null);
    return names;
  }

  boolean isRunning() {
    return instance != null && runtime.createProcessInstanceQuery().processInstanceId(instance).count() > 0;
  }

  /** The variables of the instance itself, without those of its activities. */
  Map<String, Object> variables() {
    Map<String, Object> values = new TreeMap<>();
    runtime.createVariableInstanceQuery().executionIdIn(instance).list()
        .forEach(variable -> values.put(variable.getName(), variable.getValue()));
    return values;
  }

  private Task task(String element) {
    return oldest(tasks.createTaskQuery().taskDefinitionKey(element).list(), Task::getId);
  }

  private List<ExternalTask> externalTasks(String element) {
    return externalTasks.createExternalTaskQuery().activityId(element).list();
  }

  private List<Job> jobs(String element) {
    return management.createJobQuery().list().stream().filter(job -> element.equals(timers.get(job.getJobDefinitionId()))).toList();
  }

  /** Ids are numbers that grow. */
  private static <T> T oldest(List<T> candidates, Function<T, String> id) {
    return candidates.stream()
        .min(Comparator.comparingLong(candidate -> Long.parseLong(id.apply(candidate))))
        .orElseThrow(() -> new ProcessEngineException("nothing waits at this element"));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> variablesOf(JsonNode node) {
    return node.isObject() ? JSON.convertValue(node, Map.class) : Map.of();
  }
}
