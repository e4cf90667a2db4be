// Evaluates FEEL expressions with feelin: reads {"variables": {…}, "expressions": […]}, writes a list of their values.
// The value of an expression that feelin cannot evaluate is the text "fails".
import { readFileSync } from "node:fs";
import { evaluate } from "feelin";

const { variables, expressions } = JSON.parse(readFileSync(0, "utf8"));

function valueOf(expression) {
  try {
    const { value } = evaluate(expression, variables);
    const isPlain = value === null || typeof value !== "object" || Array.isArray(value) || value.constructor === Object;
    return isPlain ? (value ?? null) : String(value);
  } catch {
    return "fails";
  }
}

process.stdout.write(JSON.stringify(expressions.map(valueOf)));
