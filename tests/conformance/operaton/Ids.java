import org.operaton.bpm.engine.ProcessEngineException;
import org.operaton.bpm.engine.impl.cfg.IdGenerator;

/** Growing numbers as ids. Every visit of an element takes one, so a step that takes too many would never end. */
final class Ids implements IdGenerator {
  private static final int MOST_PER_STEP = 2_000;
  private long last;
  private long limit = Long.MAX_VALUE;

  void beginStep() {
    limit = last + MOST_PER_STEP;
  }

  @Override
  public String getNextId() {
    if (last >= limit) {
      throw new ProcessEngineException("the step does not end");
    }
    return Long.toString(++last);
  }
}
