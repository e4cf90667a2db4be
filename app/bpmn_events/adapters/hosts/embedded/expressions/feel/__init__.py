"""FEEL, the expression language of DMN (DMN 1.5, chapter 10.3), for files of Camunda 8 (docs/expressions.md#feel)."""
