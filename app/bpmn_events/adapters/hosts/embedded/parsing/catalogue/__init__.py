"""The catalogue of the elements and attributes of BPMN files, by namespace, with the effect of each.

``checker`` compares a file with it. docs/bpmn-support.md is generated from it.
"""
