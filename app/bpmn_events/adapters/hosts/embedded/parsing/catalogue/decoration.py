"""Namespaces whose elements and attributes never change how a process runs."""

# By namespace, or by the beginning of namespaces that differ in a version.
DECORATIONS = {
    "http://www.omg.org/spec/BPMN/20100524/DI": "diagrams",
    "http://www.omg.org/spec/DD/20100524/": "diagrams",
    "http://www.omg.org/spec/BPMN/non-normative/": "colours of diagrams",
    "http://bpmn.io/schema/": "colours of bpmn.io",
    "http://www.w3.org/2001/XMLSchema-instance": "types of XML elements",
    "http://www.w3.org/XML/1998/namespace": "language and white space of texts",
    "http://camunda.org/schema/modeler/": "the version of Camunda Modeler",
    "http://operaton.org/schema/modeler/": "the version of Operaton's modeler",
    "http://www.camunda.com/fox": "retries of jobs in older Camunda files",
    "http://flowable.org/design": "Flowable Design",
    "http://flowable.org/modeler": "Flowable Modeler",
    "http://flowable.com/modeler": "Flowable Modeler",
    "http://activiti.com/modeler": "Activiti Modeler",
    "http://www.jboss.org/drools/flow/gpd": "positions in older jBPM files",
    "http://www.bpsim.org/schemas/": "parameters of simulations",
    "http://www.signavio.com": "Signavio",
    "http://www.trisotech.com": "Trisotech",
    "http://www.yaoqiang.com": "Yaoqiang BPMN Editor",
    "http://bpmn.sourceforge.net": "Yaoqiang BPMN Editor",
    "http://www.bizagi.com": "Bizagi Modeler",
    "http://org.eclipse.bpmn2/ext": "Eclipse BPMN2 Modeler",
    "http://www.eclipse.org/bpmn2": "Eclipse BPMN2 Modeler",
}
_PREFIXES = tuple(DECORATIONS)


def is_decoration(namespace: str) -> bool:
    """Return True for a namespace that no process depends on."""
    return namespace.startswith(_PREFIXES)
