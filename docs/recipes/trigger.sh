#!/bin/sh
# Trigger one event exactly once, however often the network or the server fails.
#
#     trigger.sh PROCESS_MODEL_KEY CORRELATION_ID EVENT_ID [PAYLOAD] [IDEMPOTENCY_KEY]
#
# BPMN_EVENTS_URL and BPMN_EVENTS_TOKEN are the server's address and a token. The exit code is 0 if the event is
# triggered, 1 if the server refuses that, and 2 if the server cannot be reached or is busy for too long.
set -eu

: "${BPMN_EVENTS_URL:?}" "${BPMN_EVENTS_TOKEN:?}"
model=$1 correlation=$2 event=$3 payload=${4-}
# The same arguments are the same request. Give a key of your own if an event may be triggered again with them.
key=${5-$(printf '%s\n' "$model" "$correlation" "$event" "$payload" | sha256sum | cut -c1-32)}

encode() { # percent-encodes each byte, so that it can be a part of a path
    printf '%s' "$1" | od -An -v -tx1 | tr -d '\n' | sed 's/ /%/g'
}

answer=$(mktemp)
trap 'rm -f "$answer"' EXIT
# The token is not among the arguments, which other users of the machine can see. Without --fail, --retry-all-errors
# repeats what never arrived or has no answer, besides 408, 429, 500, 502, 503 and 504, and no other refusal.
status=$(printf 'header = "Authorization: Bearer %s"\n' "$BPMN_EVENTS_TOKEN" |
    curl --config - --silent --output "$answer" --write-out '%{http_code}' \
        --retry 10 --retry-all-errors --retry-max-time 300 --max-time 30 --connect-timeout 5 \
        --request POST --header 'Content-Type: application/json' --header "Idempotency-Key: $key" \
        --data-binary "$payload" \
        "$BPMN_EVENTS_URL/process_models/$(encode "$model")/correlations/$(encode "$correlation")/events/$(encode "$event")/trigger") ||
    status=000

case $status in
200) cat "$answer" && echo ;;
000 | 408 | 429 | 5??) cat "$answer" >&2 && echo "trigger.sh: status $status, try again later" >&2 && exit 2 ;;
*) cat "$answer" >&2 && echo >&2 && exit 1 ;;
esac
