"""Process models with every kind of wait state. The stored databases contain their own copies."""

from tests.conformance.drawing import draw
from tests.delivery.models import (
    ALERTED,
    BRITTLE,
    BRITTLE_LISTENER,
    CHARGE,
    CHARGE_CALLER,
    HOUR,
    LATE_KEY,
    LISTENER,
    PAYER,
    REMINDER,
    SALES_LISTENER,
    SHOP,
    SIREN,
    STUCK,
    TASKS,
    keyed,
)

ORDER = draw(
    """
    start > received > Pack > end
    received: intermediateCatchEvent message=order-received "name=Zahlung für die Bestellung"
    Pack: userTask
    """,
    "order",
)
NEXT_ORDER = draw(
    """
    start > received > Pack > shipped > end
    received: intermediateCatchEvent message=order-received "name=Zahlung für die Bestellung"
    Pack: userTask
    shipped: intermediateCatchEvent message=order-shipped
    """,
    "order",
)
REVIEW = draw(
    """
    start > Check > end
    Check: userTask
    remind: boundaryEvent on=Check timer=R3/PT45M interrupting=no
    late: boundaryEvent on=Check timer=PT1H
    expire: boundaryEvent on=Check timer=P10Y
    note: boundaryEvent on=Check message=review-note interrupting=no
    remind > Nudge
    late > Escalate
    expire > Expired
    note > Read
    Nudge: userTask
    Escalate: userTask
    Expired: userTask
    Read: userTask
    """,
    "review",
)
GUARDED = draw(
    """
    start > Work > end
    Work: receiveTask message=guarded-work
    Notes: subProcess triggeredByEvent=true {
      startNote > Note
      startNote: startEvent message=guarded-note interrupting=no
      Note: userTask
    }
    Alarms: subProcess triggeredByEvent=true {
      startAlarm > Rescue
      startAlarm: startEvent signal=guarded-alarm
      Rescue: userTask
    }
    """,
    "guarded",
)
PANEL = draw(
    """
    start > Vote > Count > end
    Vote: userTask multi=3
    stop: boundaryEvent on=Vote message=panel-stop
    stop > Stopped
    Stopped: userTask
    Count: userTask
    """,
    "panel",
)
QUEUE = draw(
    """
    start > Each > After > end
    Each: subProcess sequence=1 each=items item=it {
      startIn > Next > Note > endIn
      Next: receiveTask message=queue-next
      Note: scriptTask script="seen = seen + it"
    }
    After: userTask
    """,
    "queue",
)
AGAIN = draw(
    """
    start > Try > Done > end
    Try: userTask "loop=more == true" max=5
    Done: manualTask
    """,
    "again",
)
CALLER = draw(
    """
    start > Call > Close > end
    Call: callActivity calls=callee
    stop: boundaryEvent on=Call message=caller-stop
    stop > Stopped
    Stopped: userTask
    Close: userTask
    process callee {
      startIn > answer > endIn
      answer: intermediateCatchEvent message=callee-answer
    }
    """,
    "caller",
)
JOINS = draw(
    """
    start > Split -[a]> A > Join > Fork
    Split -[b]> B > Join
    Split -[c]> C > Join
    Fork > P > Both > end
    Fork > Q > Both
    Split: inclusiveGateway
    Join: inclusiveGateway
    Fork: parallelGateway
    Both: parallelGateway
    A: userTask
    B: receiveTask message=joins-b
    C: userTask
    P: userTask
    Q: userTask
    """,
    "joins",
)
WATCH = draw(
    """
    start > Wait > end
    start > Merge > total > Merge
    Merge: exclusiveGateway
    total: intermediateCatchEvent message=watch-total
    Wait: receiveTask message=watch-done
    high: boundaryEvent on=Wait "condition=level > 10" interrupting=no
    high > Look
    Look: userTask
    """,
    "watch",
)
READY = draw(
    """
    start > until > Go > end
    until: intermediateCatchEvent "condition=ready == true"
    Go: userTask
    """,
    "ready",
)
CHOICE = draw(
    """
    start > Choose > answer > Answered > end
    Choose > late > Late
    Choose > withdrawn > Withdrawn
    Choose: eventBasedGateway
    answer: intermediateCatchEvent message=choice-answer
    late: intermediateCatchEvent timer=PT1H
    withdrawn: intermediateCatchEvent signal=choice-withdrawn
    Answered: userTask
    Late: userTask
    Withdrawn: userTask
    """,
    "choice",
)
BILLING = draw(
    """
    start > Bill > end
    Bill: serviceTask camunda:topic=billing
    declined: boundaryEvent on=Bill error=DECLINED
    declined > Ask
    Ask: userTask
    """,
    "billing",
)
MAPPED = draw(
    """
    start > Local > After > end
    Local: userTask ext='<camunda:inputOutput>\
<camunda:inputParameter name="twice">${number * 2}</camunda:inputParameter>\
<camunda:outputParameter name="result">${twice + 1}</camunda:outputParameter></camunda:inputOutput>'
    After: userTask
    """,
    "mapped",
)
CROWD = draw(
    """
    start > hear > end
    hear: intermediateCatchEvent signal=outside
    """,
    "crowd",
)
CROWD_START = draw(
    """
    startOutside > wait > end
    startOutside: startEvent signal=outside
    wait: intermediateCatchEvent message=crowd-go
    """,
    "crowd-start",
)
# Fails to start until the model that it calls is deployed.
STILLBORN = draw(
    """
    startAlarm > Call > end
    startAlarm: startEvent signal=alarm
    Call: callActivity calls=nowhere
    """,
    "stillborn",
)
NOWHERE = draw("start > Found\nFound: userTask", "nowhere")

MODELS = (
    ORDER,
    REVIEW,
    GUARDED,
    PANEL,
    QUEUE,
    AGAIN,
    CALLER,
    JOINS,
    WATCH,
    READY,
    CHOICE,
    BILLING,
    MAPPED,
    CROWD,
    CROWD_START,
    STILLBORN,
    ALERTED,
    BRITTLE,
    BRITTLE_LISTENER,
    CHARGE,
    CHARGE_CALLER,
    HOUR,
    LATE_KEY,
    LISTENER,
    PAYER,
    REMINDER,
    SALES_LISTENER,
    SHOP,
    SIREN,
    STUCK,
    TASKS,
    keyed("keyed"),
)
