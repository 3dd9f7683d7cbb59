# shellcheck shell=bash disable=SC2154 # Its variables are those of Tests/commands.sh.
# What surrounds a run fails: each kind once over a board. Tests/outside.py has the long form.

check_outside() {
  local row
  while read -r row; do
    case $row in
    *", all well") ok "outside_${row%% *}" ;;
    *) fail "outside_${row%% *}" "$row" ;;
    esac
  done < <(python3 Tests/outside.py "$bin" --tries 1 --protocol board)
}

# Called by Tests/commands.sh: check_outside
