#!/bin/sh
# Trigger the events in the files FOLDER/*.ndjson, and move each file to FOLDER/done when all its lines are done.
#
# usage: nightly_bulk.sh FOLDER
#
# It may be killed at any moment and started again. It needs the command bpmn-events in its PATH.
set -eu
folder=$1
mkdir -p "$folder/done"
result=0
for file in "$folder"/*.ndjson; do
  [ -e "$file" ] || continue
  if [ -s "$file.progress" ]; then resume=--resume; else resume=; fi
  code=0
  bpmn-events trigger --from-file "$file" $resume || code=$?
  case $code in
    0) ;;
    1) # Some lines have failed, or the command has stopped before the end of the file.
      if [ -e "$file.progress" ] || [ ! -e "$file.failed" ]; then exit 1; fi
      result=1 ;;
    *) exit "$code" ;; # nothing was sent, or a signal has stopped the command
  esac
  for each in "$file".failed* "$file".errors* "$file"; do
    [ ! -e "$each" ] || mv --backup=numbered "$each" "$folder/done/"
  done
done
exit "$result"
