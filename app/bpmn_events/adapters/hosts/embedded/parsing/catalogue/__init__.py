"""The catalogue of what BPMN files may say: each element and attribute, by namespace, and what happens to it.

``judgement`` compares a file with it. docs/bpmn-support.md is generated from it.
"""
