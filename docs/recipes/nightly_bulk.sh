#!/bin/sh
# Trigger the events in the files FOLDER/*.ndjson, and move each file to FOLDER/done when all its lines are done.
#
# usage: nightly_bulk.sh FOLDER
#
# A file that cannot be sent stays, and the next one follows. The exit code is 0 if all lines of all files are done; else
# the greatest of the command. The script may be killed at any moment and started again. It needs bpmn-events in its PATH.
set -eu
folder=$1
mkdir -p "$folder/done"
exec 9<"$folder"
flock --nonblock 9 || { echo "$0: another call is at work in $folder" >&2; exit 2; }
result=0
for file in "$folder"/*.ndjson; do
  [ -e "$file" ] || continue
  if [ -s "$file.progress" ]; then resume=--resume; else resume=; fi
  code=0
  bpmn-events trigger --from-file "$file" $resume 9<&- || code=$?
  case $code in
    0) ;;
    1) # Some lines have failed, or the command has stopped before the end of the file.
      [ "$result" -ne 0 ] || result=1
      if [ -e "$file.progress" ] || [ ! -e "$file.failed" ]; then continue; fi ;;
    2) # Nothing was sent: the file or the database cannot be used.
      result=2
      continue ;;
    *) exit "$code" ;; # a signal has stopped the command
  esac
  for each in "$file".failed* "$file".errors* "$file"; do
    [ ! -e "$each" ] || mv --backup=numbered "$each" "$folder/done/"
  done
done
exit "$result"
