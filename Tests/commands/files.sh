#!/usr/bin/env bash
# Files that commands read and write: nothing is lost, nothing hangs, and each message says what to do.
# Sourced by Tests/commands.sh, whose helpers and variables it uses.
# shellcheck disable=SC2154 # Variables of Tests/commands.sh.

# unchanged NAME FILE TEXT
unchanged() { expect "$1" "$(cat "$2")" "$3"; }

# in_time NAME COMMAND...: ends with 2 within seconds, in one line
in_time() {
  local name=$1
  shift
  run timeout 10 "$@"
  expect "${name}_endsWith2" "$code" 2
  expect "${name}_saysOneLine" "$(wc -l <"$work/err")" 1
}

check_nothing_overwritten() {
  local mine="$work/mine.txt"
  echo mine >"$mine"
  wrong_use freeze_fileIsThere_endsWith2 "$bin/tarsus-lab" freeze "$work/none" --out "$mine"
  one_line freeze_fileIsThere_saysForce "$work/err" 'a file is there already; .*--force'
  wrong_use replay_fileIsThere_endsWith2 "$bin/tarsus-lab" replay "$policy" --html "$mine"
  wrong_use campaign_fileIsThere_endsWith2 "$bin/tarsus-lab" campaign --runs 1 --report "$mine"
  unchanged write_fileIsThere_staysAsItWas "$mine" mine
  run "$bin/tarsus-lab" replay "$policy" --html "$mine" --force --duration 1
  expect replay_force_replacesIt "$code $(head -c 15 "$mine")" "0 <!DOCTYPE html>"

  mkdir "$work/project"
  echo mine >"$work/project/configuration.yaml"
  wrong_use train_folderOfAnother_endsWith2 "$bin/tarsus-lab" train CartPole-v1 --steps 256 \
    --out "$work/project"
  one_line train_folderOfAnother_saysWhichFile "$work/err" \
    'found .*project/configuration.yaml, which no training wrote'
  unchanged train_folderOfAnother_staysAsItWas "$work/project/configuration.yaml" mine
  mkdir "$work/project/many"
  echo mine >"$work/project/many/seeds.json"
  wrong_use train_seedsReportOfAnother_endsWith2 "$bin/tarsus-lab" train CartPole-v1 --steps 256 \
    --seeds 0-1 --out "$work/project/many"
  unchanged train_seedsReportOfAnother_staysAsItWas "$work/project/many/seeds.json" mine

  cp "$policy" "$work/copy.tarsus"
  begin_loopback keep --lockstep
  local walk=("$bin/tarsus" run "$policy" --robot "$robot" --port "$work/keep.port" --unpaced --arm
    --duration 1)
  run "${walk[@]}" --log "$work/copy.tarsus"
  expect run_logOverAPolicy_endsWith2 "$code" 2
  one_line run_logOverAPolicy_saysForce "$work/err" 'a file is there already; .*--force'
  expect run_logOverAPolicy_leavesIt "$(cmp "$policy" "$work/copy.tarsus" 2>&1)" ""
  run "${walk[@]}" --log "$work/copy.tarsus" --force
  expect run_logForced_endsWith0 "$code" 0
  run "$bin/tarsus" log "$work/copy.tarsus" --json
  expect run_logForced_isALog "$code $(figure "$work/out" missing_ticks)" "0 0"
  kill -INT "$loopback"
  ended_within "$loopback" 5
}

# damaged_log OFFSET: the log with a byte changed there, into $work/damaged.mcap
damaged_log() {
  cp "$work/sound.mcap" "$work/damaged.mcap"
  printf '\377' | dd of="$work/damaged.mcap" bs=1 seek="$1" conv=notrunc status=none
}

check_damaged_logs() {
  begin_loopback sound --lockstep
  run "$bin/tarsus" run "$policy" --robot "$robot" --port "$work/sound.port" --unpaced --arm \
    --duration 4 --log "$work/sound.mcap"
  kill -INT "$loopback"
  ended_within "$loopback" 5
  local size share
  size=$(wc -c <"$work/sound.mcap")
  for share in 20 40 60; do
    damaged_log $((size * share / 100))
    run "$bin/tarsus" log "$work/damaged.mcap" --json
    expect "log_damagedAt${share}Percent_endsWith0" "$code" 0
    expect "log_damagedAt${share}Percent_saysTheLoss" \
      "$(($(figure "$work/out" missing_ticks) > 0)) $(grep -c '"byte_count" :' "$work/out")" "1 1"
    run "$bin/tarsus" log check "$work/damaged.mcap" --policy "$policy"
    expect "logCheck_damagedAt${share}Percent_comparesTheRest" \
      "$code $(grep -c 'damaged parts were skipped' "$work/err")" "0 1"
  done
  head -c $((size / 2)) "$work/sound.mcap" >"$work/damaged.mcap"
  run "$bin/tarsus" log "$work/damaged.mcap"
  expect log_cutOff_saysSo "$code $(grep -c 'cut off: its end is missing' "$work/out")" "0 1"
}

check_hostile_settings() {
  local index yaml="$work/bomb.yaml"
  echo 'a0: &a0 x' >"$yaml"
  for index in {1..30}; do
    echo "a$index: &a$index [*a$((index - 1)), *a$((index - 1))]" >>"$yaml"
  done
  in_time run_aliasesOfAliases "$bin/tarsus" run "$policy" --robot "$yaml" --port "$work/none.port"
  in_time inspect_aliasesOfAliases "$bin/tarsus" inspect "$policy" --robot "$yaml"
  in_time calibrate_aliasesOfAliases "$bin/tarsus" servo calibrate "$yaml" --port "$work/none.port" \
    --protocol feetech
  in_time train_aliasesOfAliases "$bin/tarsus-lab" train spider --out "$work/none" --config "$yaml"
  in_time loopback_aliasesOfAliases "$bin/tarsus-lab" loopback spider --link "$work/none.port" \
    --faults "$yaml"
  in_time train_configurationWithoutEnd "$bin/tarsus-lab" train spider --out "$work/none" \
    --config /dev/zero
  in_time run_policyWithoutEnd "$bin/tarsus" run /dev/zero --robot "$robot" --port "$work/none.port"
  in_time evaluate_policyWithoutEnd "$bin/tarsus-lab" evaluate /dev/zero
  head -c 100000 /dev/zero | tr '\0' '[' >"$yaml"
  in_time run_bracketsWithoutEnd "$bin/tarsus" run "$policy" --robot "$yaml" --port "$work/none.port"
}

# set_says NAME SETTING PATTERN
set_says() {
  wrong_use "$1_endsWith2" "$bin/tarsus-lab" train spider --out "$work/none" --set "$2"
  one_line "$1_saysWhy" "$work/err" "$3"
}

check_settings_in_words() {
  set_says set_nan learner.discount=.nan 'discount: found .nan, expected a number that is finite'
  set_says set_infinity learner.discount=.inf 'discount: found .inf, expected a number that is finite'
  set_says set_comma learner.discount=0,985 "found a name '0,985', expected a number; write 0.985"
  set_says set_rangeUpsideDown 'task.forward_range=[0.3, 0.1]' \
    'task.forward_range: found \[0.3, 0.1\], expected two numbers, the lower first'
  set_says set_rangeOfThree 'task.forward_range=[0, 0.1, 0.2]' 'forward_range: .*expected 2 values'
  set_says set_bracket 'learner.discount=0.9}' 'syntax|found'
}

check_names_of_others() {
  wrong_use train_nameUpwards_endsWith2 "$bin/tarsus-lab" train ../bodies/spider --out "$work/none"
  one_line train_nameUpwards_saysWhatIsAName "$work/err" "expected a plain name without '/'"
  wrong_use loopback_nameUpwards_endsWith2 "$bin/tarsus-lab" loopback ../../x --link "$work/none.port"
  one_line loopback_nameUpwards_saysWhatIsAName "$work/err" "expected a plain name without '/'"
  run "$bin/tarsus" run "$work/$(printf 'a\033[2J\233b')" --robot "$robot" --port "$work/none.port"
  expect run_nameWithControlCharacters_showsThem \
    "$code $(LC_ALL=C grep -c "$(printf '\033')" "$work/err")" "2 0"

  mkdir -p "$work/elsewhere/sim/bodies" "$work/elsewhere/sim/robots" "$work/elsewhere/sim/tasks"
  cp sim/tasks/spider.yaml "$work/elsewhere/sim/tasks/"
  echo 'steps: 7' >>"$work/elsewhere/sim/tasks/spider.yaml"
  run env -C "$work/elsewhere" "$bin/tarsus-lab" train spider --print-configuration
  cp "$work/out" "$work/elsewhere.out"
  expect train_otherFilesAround_saysWhichItTakes "$code $(grep -c 'taken from .*; not from' "$work/err")" \
    "0 1"
  run "$bin/tarsus-lab" train spider --print-configuration
  expect train_otherFilesAround_takesItsOwn "$(cmp "$work/out" "$work/elsewhere.out" 2>&1)" ""
}

check_links() {
  echo mine >"$work/file.txt"
  ln -s "$work/file.txt" "$work/mine.port"
  run "$bin/tarsus-lab" loopback spider --link "$work/mine.port"
  expect loopback_linkToAFile_endsWith1 "$code" 1
  one_line loopback_linkToAFile_saysWhereItLeads "$work/err" 'a link to .*file.txt is there'
  expect loopback_linkToAFile_leavesIt "$(readlink "$work/mine.port")" "$work/file.txt"
  begin_loopback living
  run "$bin/tarsus-lab" loopback spider --link "$work/living.port"
  expect loopback_linkOfALivingOne_endsWith1 "$code" 1
  one_line loopback_linkOfALivingOne_saysSo "$work/err" 'another loopback is running there'
  kill -9 "$loopback"
  wait "$loopback" 2>/dev/null
  begin_loopback living
  until_true 5 test -e "$work/living.port" || fail loopback_linkOfADeadOne 'the link leads nowhere'
  kill -INT "$loopback"
  ended_within "$loopback" 5
  expect loopback_linkOfADeadOne_isReplacedAndRemoved "$code $(find "$work" -name living.port)" "0 "

  cp "$robot" "$work/real.yaml"
  ln -s real.yaml "$work/linked.yaml"
  begin_loopback zeros --protocol feetech --imu-link "$work/zeros.imu"
  run "$bin/tarsus" servo calibrate "$work/linked.yaml" --port "$work/zeros.port" --protocol feetech \
    --yes
  expect calibrate_link_staysALink "$code $(readlink "$work/linked.yaml")" "0 real.yaml"
  expect calibrate_link_changesTheFile \
    "$(($(grep -c zero_ticks "$work/real.yaml") > $(grep -c zero_ticks "$robot")))" 1
  kill -INT "$loopback"
  ended_within "$loopback" 5
}

# A disk of 300 kB, where mounting is permitted; the run on it fails and leaves nothing that fills it.
check_full_disk() {
  local disk="$work/disk"
  mkdir "$disk"
  if ! mount -t tmpfs -o size=300k tarsus "$disk" 2>/dev/null; then
    echo "skipped full disk: mounting is not permitted"
    return
  fi
  run "$bin/tarsus-lab" train spider --steps 20000 --out "$disk/run"
  expect train_fullDisk_endsWith1 "$code" 1
  expect train_fullDisk_saysSo "$(grep -c 'No space left on device' "$work/err")" 1
  expect train_fullDisk_leavesNothingHalf "$(find "$disk" -name '*.part' -o -name '.tarsus-*')" ""
  mount -o remount,size=40m "$disk"
  run "$bin/tarsus-lab" train --resume --out "$disk/run"
  if [[ -z $(find "$disk/run" -name 'checkpoint-*') ]]; then
    run "$bin/tarsus-lab" train spider --steps 20000 --out "$disk/run"
  fi
  expect train_roomAgain_goesOn "$code" 0
  umount "$disk"
}

# Calls, for Tests/commands.sh: check_nothing_overwritten check_damaged_logs check_hostile_settings
# check_settings_in_words check_names_of_others check_links check_full_disk
