#!/usr/bin/env bash
# Tests of the two built commands from outside: exit codes, messages, signals, files.
#
#   Tests/commands.sh .build/release
#
# Prints a line for each check and exits with 1 when one failed. It waits for conditions, each with
# a bounded number of tries; the robot stands up in real time, so the whole takes some minutes.
set -u

if [[ $# -ne 1 || ! -x "$1/tarsus" || ! -x "$1/tarsus-lab" ]]; then
  echo "usage: Tests/commands.sh BUILD_FOLDER, with tarsus and tarsus-lab in it" >&2
  exit 2
fi
bin=$(cd "$1" && pwd)
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
policy=$root/sim/policies/spider.tarsus
robot=$root/sim/robots/spider.yaml
work=$(mktemp -d)
passed=0
failed=0
cd "$root" || exit 1

finish() {
  local process
  for process in $(jobs -rp); do kill -9 "$process"; done
  rm -rf "$work"
}
trap finish EXIT

ok() { passed=$((passed + 1)) && echo "ok $1"; }
# fail NAME FOUND
fail() { failed=$((failed + 1)) && echo "FAILED $1: $2"; }

# expect NAME FOUND EXPECTED
expect() {
  if [[ $2 == "$3" ]]; then ok "$1"; else fail "$1" "found $2, expected $3"; fi
}

# run COMMAND...: standard output, standard error and exit code into $work/out, $work/err, $code
run() {
  "$@" >"$work/out" 2>"$work/err" </dev/null
  code=$?
}

# begin NAME COMMAND...: the same in the background; the process goes into $process
begin() {
  local name=$1
  shift
  # At once, so that nothing is found in what another process of the name has left.
  : >"$work/$name.out" 2>"$work/$name.err"
  "$@" >"$work/$name.out" 2>"$work/$name.err" </dev/null &
  process=$!
}

# until_true SECONDS COMMAND...: tries 20 times a second, and five times as long as a quiet machine needs:
# it guards against hanging, and is no measurement
until_true() {
  local tries=$(($1 * 100))
  shift
  while ! "$@"; do
    tries=$((tries - 1))
    if [[ $tries -le 0 ]]; then return 1; fi
    sleep 0.05
  done
}

milliseconds() { echo $((${EPOCHREALTIME/[.,]/} / 1000)); }
has_passed() { [[ $(milliseconds) -ge $1 ]]; }
# Lets real time pass on a robot that moves in it.
let_pass() { until_true 10 has_passed $(($(milliseconds) + $1)); }
has_ended() { ! kill -0 "$1" 2>/dev/null; }
holds_port() { grep -Eq "FLOCK +ADVISORY +WRITE $1 " /proc/locks; }

# ended_within PROCESS SECONDS: waits for its end; the exit code goes into $code
ended_within() {
  if until_true "$2" has_ended "$1"; then
    wait "$1"
    code=$?
  else
    code="no end in five times $2 s"
  fi
}

# figure FILE KEY: a number or a word of a report in JSON
figure() { sed -nE "s/^ *\"$2\" : ([^,]*),?$/\1/p" "$1"; }

# one_line NAME FILE PATTERN: exactly one line, which the pattern matches
one_line() {
  if [[ $(wc -l <"$2") -eq 1 ]] && grep -Eq "$3" "$2"; then
    ok "$1"
  else
    fail "$1" "found '$(head -c 300 "$2")', expected one line with /$3/"
  fi
}

# begin_loopback NAME [OPTION...]
begin_loopback() {
  local name=$1
  shift
  begin "$name" "$bin/tarsus-lab" loopback spider --link "$work/$name.port" --json "$@"
  loopback=$process
  until_true 5 test -e "$work/$name.port" || fail "$name" "the loopback made no link"
}

# begin_walk NAME LOOPBACK [OPTION...]: returns while the robot walks; what the machine keeps from its
# processes is no fault here
begin_walk() {
  local name=$1 link=$2
  shift 2
  begin "$name" "$bin/tarsus" run "$policy" --robot "$robot" --port "$work/$link.port" \
    --command 0.15,0,0 --arm --missed-deadlines 1000 --json --log "$work/$name.mcap" "$@"
  host=$process
  until_true 5 holds_port "$host" || fail "$name" "the run did not take its port"
  # Standing up takes two seconds, and longer where the machine is busy.
  until_true 10 walks "$work/$name.mcap" ||
    fail "$name" "the robot does not walk: $(cat "$work/$name.err")"
}
walks() { "$bin/tarsus" log "$1" --json 2>/dev/null | grep -q '"running"'; }

# check_help COMMAND [SUBCOMMAND...]: of it and of all below it
check_help() {
  local name subcommand subcommands
  name=help_$(basename "$1")$(printf '_%s' "${@:2}")_endsWith0AndHasAnExample
  run "$@" --help
  expect "$name" "$code $(grep -c '^Example:' "$work/out")" "0 1"
  mapfile -t subcommands < <(sed -nE '/^SUBCOMMANDS:/,$s/^  ([a-z][a-z-]*)( .*)?$/\1/p' "$work/out")
  for subcommand in "${subcommands[@]}"; do check_help "$@" "$subcommand"; done
}

# wrong_use NAME COMMAND...
wrong_use() {
  local name=$1
  shift
  run "$@"
  if [[ ! -s $work/err || -s $work/out ]]; then code="$code without a reason, or with output"; fi
  expect "$name" "$code" 2
}

# refused NAME POLICY ROBOT: for safety, in one line that says the cure
refused() {
  run "$bin/tarsus" run "$2" --robot "$3" --port "$work/none.port"
  expect "$1_endsWith3" "$code" 3
  one_line "$1_saysTheCure" "$work/err" \
    'copy it again|tarsus-lab freeze|freeze .* again|use the robot file'
}

check_wrong_use() {
  wrong_use run_noPort_endsWith2 "$bin/tarsus" run "$policy" --robot "$robot"
  wrong_use run_unknownOption_endsWith2 "$bin/tarsus" run --faster
  wrong_use run_commandOfTwoNumbers_endsWith2 "$bin/tarsus" run "$policy" --robot "$robot" \
    --port "$work/none.port" --command 0.15,0
  wrong_use run_negativeDuration_endsWith2 "$bin/tarsus" run "$policy" --robot "$robot" \
    --port "$work/none.port" --duration=-1
  wrong_use run_missedDeadlinesOf0_endsWith2 "$bin/tarsus" run "$policy" --robot "$robot" \
    --port "$work/none.port" --missed-deadlines 0
  wrong_use run_noPolicyFile_endsWith2 "$bin/tarsus" run "$work/none.tarsus" --robot "$robot" \
    --port "$work/none.port"
  wrong_use tarsus_unknownSubcommand_endsWith2 "$bin/tarsus" fly
  wrong_use lab_unknownSubcommand_endsWith2 "$bin/tarsus-lab" fly
  wrong_use replay_noPolicy_endsWith2 "$bin/tarsus-lab" replay "$work/none" --html "$work/none.html"
  wrong_use replay_noDuration_endsWith2 "$bin/tarsus-lab" replay "$policy" --duration 0 \
    --html "$work/none.html"
  wrong_use train_negativeSteps_endsWith2 "$bin/tarsus-lab" train --out "$work/none" --steps=-1
  wrong_use train_unknownTask_endsWith2 "$bin/tarsus-lab" train centipede --out "$work/none"
  wrong_use train_noFolder_endsWith2 "$bin/tarsus-lab" train spider
  wrong_use train_unknownKey_endsWith2 "$bin/tarsus-lab" train spider --out "$work/none" \
    --set learner.lamda=0.9
  one_line train_unknownKey_saysTheNearest "$work/err" "did you mean 'lambda'"
  wrong_use train_wordForANumber_endsWith2 "$bin/tarsus-lab" train spider --out "$work/none" \
    --set learner.lambda=high
  wrong_use train_noValue_endsWith2 "$bin/tarsus-lab" train spider --out "$work/none" \
    --set learner.lambda=
  one_line train_noValue_saysSo "$work/err" 'found no value, expected KEY=VALUE'
  wrong_use train_laidOverFile_isNoTask "$bin/tarsus-lab" train ppo --print-configuration
  wrong_use train_settingOutOfRange_endsWith2 "$bin/tarsus-lab" train spider --out "$work/none" \
    --set learner.lambda=2
  one_line train_settingOutOfRange_saysWhatWasFound "$work/err" 'learner.lambda: found 2.0, expected 0 to 1$'
  printf 'learner:\n  optimizer: adam\n' >"$work/typo.yaml"
  wrong_use train_unknownKeyInAFile_endsWith2 "$bin/tarsus-lab" train spider --out "$work/none" \
    --config "$work/typo.yaml"
  one_line train_unknownKeyInAFile_saysFileAndLine "$work/err" 'typo\.yaml:2: .*optimiser'
  wrong_use train_resumeWithoutARun_endsWith2 "$bin/tarsus-lab" train --resume --out "$work/none"
  wrong_use train_resumeWithSettings_endsWith2 "$bin/tarsus-lab" train --resume --seed 3 \
    --out "$work/none"
  wrong_use train_seedsBackwards_endsWith2 "$bin/tarsus-lab" train spider --seeds 4-0 \
    --out "$work/none"
  wrong_use freeze_notARun_endsWith2 "$bin/tarsus-lab" freeze "$work" --out "$work/none.tarsus"
  expect train_wrongUse_leavesNoFolder "$(find "$work" -name none)" ""
  wrong_use steps_unknownTask_endsWith2 "$bin/tarsus-lab" steps Ant-v2
  wrong_use steps_actionOfTwoNumbers_endsWith2 \
    bash -c "echo '{\"action\": [1, 0]}' | '$bin/tarsus-lab' steps CartPole-v1"
  wrong_use run_servosWithoutAMotionSensor_endsWith2 "$bin/tarsus" run "$policy" --robot "$robot" \
    --port "$work/none.port" --protocol dynamixel
  wrong_use run_noPortAnywhere_endsWith2 "$bin/tarsus" run "$policy" --robot "$robot"
  sed "s|^  protocol: board|  protocol: dynamixel\n  port: $work/none.port|" "$robot" >"$work/wired.yaml"
  wrong_use run_servosInTheRobotFileWithoutASensor_endsWith2 "$bin/tarsus" run "$policy" \
    --robot "$work/wired.yaml"
  wrong_use benchBus_board_endsWith2 "$bin/tarsus" bench bus --port "$work/none.port" --protocol board
  wrong_use loopback_noFaultFile_endsWith2 "$bin/tarsus-lab" loopback spider \
    --link "$work/none.port" --faults "$work/none.yaml"
  printf -- '- { kind: dorp }\n' >"$work/faults.yaml"
  wrong_use loopback_unknownFault_endsWith2 "$bin/tarsus-lab" loopback spider \
    --link "$work/none.port" --faults "$work/faults.yaml"
  one_line loopback_unknownFault_saysTheNearest "$work/err" "fault 1: kind: .*did you mean 'drop'"
  printf -- '- { kind: servo_reboot, id: 4 }\n' >"$work/faults.yaml"
  wrong_use loopback_faultOfAServoOnABoard_endsWith2 "$bin/tarsus-lab" loopback spider \
    --link "$work/none.port" --faults "$work/faults.yaml"
  printf -- '- { kind: drop, chance: 2 }\n' >"$work/faults.yaml"
  wrong_use loopback_faultOutOfRange_endsWith2 "$bin/tarsus-lab" loopback spider \
    --link "$work/none.port" --faults "$work/faults.yaml"
  wrong_use evaluate_noEpisodes_endsWith2 "$bin/tarsus-lab" evaluate "$policy" --episodes 0

  sed 's/^control_rate_hz: 50$/control_rate_hz: fast/' "$robot" >"$work/bad.yaml"
  local line
  line=$(grep -n '^control_rate_hz: fast$' "$work/bad.yaml" | cut -d: -f1)
  wrong_use run_badRobotFile_endsWith2 "$bin/tarsus" run "$policy" --robot "$work/bad.yaml" \
    --port "$work/none.port"
  one_line run_badRobotFile_saysFileAndLine "$work/err" "$work/bad\\.yaml:$line:"
}

# flipped OFFSET: the policy with one bit flipped there
flipped() {
  local byte
  byte=$(od -An -tu1 -j "$1" -N 1 "$policy")
  cp "$policy" "$work/flipped.tarsus"
  # shellcheck disable=SC2059 # The format is the byte itself.
  printf "$(printf '\\x%02x' $((byte ^ 16)))" |
    dd of="$work/flipped.tarsus" bs=1 seek="$1" conv=notrunc status=none
}

# differs NAME ROBOT PATTERN: a robot that the policy is not for, in a table of both sides
differs() {
  run "$bin/tarsus" run "$policy" --robot "$2" --port "$work/none.port"
  expect "$1_endsWith3" "$code" 3
  expect "$1_saysTheCure" "$(grep -c 'use the robot file' "$work/err")" 1
  expect "$1_showsBothSides" "$(grep -Ec "$3" "$work/err")" 1
}

check_policies() {
  local size length offset
  size=$(wc -c <"$policy")
  for length in 0 1 8 100 $((size / 2)) $((size - 1)); do
    head -c "$length" "$policy" >"$work/short.tarsus"
    refused "run_policyOf${length}Bytes" "$work/short.tarsus" "$robot"
  done
  for offset in 0 8 12 100 $((size / 2)) $((size - 1)); do
    flipped "$offset"
    refused "run_policyFlippedAt$offset" "$work/flipped.tarsus" "$robot"
  done
  printf '\x89PNG\r\n\x1a\n\0\0\0\rIHDR' >"$work/image.tarsus"
  run "$bin/tarsus-lab" evaluate "$work/flipped.tarsus"
  expect evaluate_policyFlipped_endsWith3 "$code" 3
  one_line evaluate_policyFlipped_saysTheCure "$work/err" 'copy it again'
  refused run_policyIsAnImage "$work/image.tarsus" "$robot"
  refused run_policyIsAText "$robot" "$robot"
  sed 's/^body: spider$/body: beetle/' "$robot" >"$work/beetle.yaml"
  differs run_robotOfAnotherBody "$work/beetle.yaml" "^body +'spider' +'beetle'$"
  sed 's/0\.8\]/0.7]/' "$robot" >"$work/stiff.yaml"
  differs run_robotOfAnotherLimit "$work/stiff.yaml" \
    "^joint 'front_left_coxa', upper limit +0.8 rad +0.7 rad$"
  run "$bin/tarsus" inspect "$policy" --robot "$robot"
  expect inspect_itsOwnRobot_endsWith0 "$code $(grep -c '^network: ' "$work/out")" "0 1"
  run "$bin/tarsus" inspect "$policy" --robot "$work/beetle.yaml" --json
  expect inspect_anotherRobot_endsWith3 "$code $(grep -c '"lower_limit_radians"' "$work/out")" "3 12"
}

# ticks_not_walking NAME: of a run, by its report
ticks_not_walking() {
  echo $(($(figure "$work/$1.out" ticks) - $(figure "$work/$1.out" running_ticks)))
}

check_port() {
  run "$bin/tarsus" run "$policy" --robot "$robot" --port "$work/none.port"
  expect run_noSuchPort_endsWith1 "$code" 1
  one_line run_noSuchPort_saysTheCure "$work/err" 'no such port; start a loopback'

  begin_loopback shared
  begin_walk first shared
  run "$bin/tarsus" run "$policy" --robot "$robot" --port "$work/shared.port"
  expect run_portInUse_endsWith1 "$code" 1
  one_line run_portInUse_namesTheProcess "$work/err" "in use by process $host;"
  let_pass 200
  kill -INT "$host"
  ended_within "$host" 3
  expect run_interrupted_endsWith0 "$code" 0
  # Standing up takes 100 ticks; slowing down and sitting down more than as many again.
  expect run_interrupted_sitsDownFirst "$(($(ticks_not_walking first) > 200))" 1

  begin_walk second shared
  kill -INT "$host"
  let_pass 100
  kill -INT "$host"
  ended_within "$host" 1
  expect run_interruptedTwice_endsWith0 "$code" 0
  expect run_interruptedTwice_letsGoAtOnce "$(($(ticks_not_walking second) < 200))" 1

  begin_walk third shared
  kill -9 "$host"
  wait "$host" 2>/dev/null
  # The board holds after 0.1 s and switches torque off one second later.
  let_pass 1400
  run "$bin/tarsus" run "$policy" --robot "$robot" --port "$work/shared.port" --duration 0.1 --arm
  expect run_afterAKilledOne_endsWith0 "$code" 0

  kill -INT "$loopback"
  ended_within "$loopback" 2
  expect loopback_interrupted_endsWith0 "$code" 0
  expect loopback_interrupted_removesItsLink "$(find "$work" -name '*.port*')" ""
  # More than one where this machine keeps a run from its work for a tenth of a second.
  expect loopback_oneHostKilled_countsAHold "$(($(figure "$work/shared.out" watchdog_holds) > 0))" 1
  # How soon, Tests/kills.sh measures on a quiet machine.
  expect loopback_oneHostKilled_measuresWhenGoalsStopped \
    "$(grep -Ec '"stop_after_silence_milliseconds" : [0-9]' "$work/shared.out")" 1
  # Had an interrupted run left torque on, the watchdog would have switched it off too.
  expect loopback_oneHostKilled_countsOneLimp "$(figure "$work/shared.out" watchdog_limps)" 1
  expect loopback_fourRuns_countsNoFalls "$(figure "$work/shared.out" falls)" 0
  expect loopback_fourRuns_countsNoDamage "$(figure "$work/shared.out" bad_frames)" 0
}

# In lockstep a reply may take two seconds, so that no stall of this machine costs one: what is
# missing then, the interruption lost.
check_interruption() {
  begin_loopback stepped --lockstep
  begin_walk patient stepped --unpaced
  kill -INT "$host"
  ended_within "$host" 3
  expect run_interruptedInLockstep_endsWith0 "$code" 0
  expect run_interruptedInLockstep_lostNothing "$(figure "$work/patient.out" missed_replies)" 0
  kill -INT "$loopback"
  ended_within "$loopback" 2
  expect loopback_interruptedInLockstep_sawNothingDamaged "$(figure "$work/stepped.out" bad_frames)" 0
  cp "$work/patient.out" "$work/both.run.json"
  cp "$work/stepped.out" "$work/both.loopback.json"
  run "$bin/tarsus-lab" compare "$work/both" "$work/both" --margin 0
  expect compare_aWalkWithItself_endsWith0 "$code" 0
}

# Velocity commands from a file, a program, others; and no robot moves that was not armed.
check_commanders() {
  begin_loopback led --lockstep
  local walk=("$bin/tarsus" run "$policy" --robot "$robot" --port "$work/led.port" --unpaced --json)
  run "${walk[@]}" </dev/null
  expect run_notArmed_endsWith3 "$code" 3
  one_line run_notArmed_saysTheCure "$work/err" 'expected --arm, or a terminal'
  printf '0 0.15,0,0\n2 end\n' >"$work/script"
  run "${walk[@]}" --arm --commands "script:$work/script"
  expect run_script_endsWith0 "$code" 0
  expect run_script_walksUntilItsEnd "$(figure "$work/out" running_ticks)" 100
  run "${walk[@]}" --arm --command 0.15,0,0 --duration 4 --log "$work/walk.mcap"
  expect run_log_endsWith0 "$code" 0
  expect run_log_leavesNoTickOut "$(figure "$work/out" dropped)" 0
  # 200 of the walk, 15 down to no speed, 50 of standing still.
  run "$bin/tarsus" log "$work/walk.mcap" --json
  expect log_walk_countsItsDecisions "$(figure "$work/out" decisions)" 265
  run "$bin/tarsus" log check "$work/walk.mcap" --policy "$policy" --json
  expect logCheck_samePolicy_endsWith0 "$code" 0
  expect logCheck_samePolicy_saysTheSameBits "$(figure "$work/out" differing)" 0
  expect logCheck_samePolicy_replaysAll "$(figure "$work/out" decisions)" 265
  run "$bin/tarsus" log check "$work/walk.mcap" --policy sim/policies/walker.tarsus
  expect logCheck_anotherPolicy_endsWith2 "$code" 2
  if .venv-tests/bin/python Tests/mcap/read.py "$work/walk.mcap" 265 >"$work/out" 2>"$work/err"; then
    ok log_mcapPackage_readsIt
  else
    fail log_mcapPackage_readsIt "$(cat "$work/err")"
  fi
  run "${walk[@]}" --arm --duration 1 --log /dev/full
  expect run_logOnAFullDisk_endsWith0 "$code" 0
  run "${walk[@]}" --arm --duration 1 --log "$work/none/walk.mcap"
  expect run_logInNoFolder_endsWith1 "$code" 1
  run "$bin/tarsus" log "$robot"
  expect log_noLog_endsWith1 "$code" 1
  printf '0 fast\n' >"$work/script"
  run "${walk[@]}" --arm --commands "script:$work/script"
  expect run_badScript_endsWith2 "$code" 2
  one_line run_badScript_namesTheLine "$work/err" 'script:1: found'
  run "${walk[@]}" --arm --commands stdin </dev/null
  expect run_commandsEnd_endsWith1 "$code" 1
  one_line run_commandsEnd_saysWhy "$work/err" 'no command came for too long'
  expect run_commandsEnd_stoodFor250Ticks "$(figure "$work/out" running_ticks)" 250
  run "${walk[@]}" --arm --commands udp:0.0.0.0:40961
  expect run_openWithoutAToken_endsWith2 "$code" 2
  one_line run_openWithoutAToken_saysTheCure "$work/err" 'set TARSUS_TOKEN'
  run "${walk[@]}" --arm --command 9,0,0 --duration 1
  expect run_commandBeyondTheRange_endsWith0 "$code" 0
  grep -q 'is asked for 0.25,0.0,0.0' "$work/err" || fail run_commandBeyondTheRange_saysSo "$(cat "$work/err")"
  kill -INT "$loopback"
  ended_within "$loopback" 2
  expect loopback_led_sawNoGoalOutside "$(figure "$work/led.out" goals_outside_limits)" 0
}

# Two programs steer at once: only the one that knows the word is heard.
check_datagrams() {
  begin_loopback called
  echo '{"sit": true}' >"$work/line"
  "$bin/tarsus" run "$policy" --robot "$robot" --port "$work/called.port" --arm \
    --missed-deadlines 1000 --commands stdin <"$work/line" >"$work/out" 2>"$work/err"
  code=$?
  expect run_toldToSit_endsWith0 "$code" 0
  TARSUS_TOKEN=a-word-of-letters begin_walk heard called --commands udp:127.0.0.1:40962
  echo '{"sit": true}' >/dev/udp/127.0.0.1/40962
  let_pass 300
  expect run_datagramWithoutTheToken_isNotHeard "$(has_ended "$host" && echo over)" ""
  TARSUS_TOKEN=a-word-of-letters sim/send_command.py 127.0.0.1 40962 '{"sit": true}'
  ended_within "$host" 6
  expect run_datagramToSit_endsWith0 "$code" 0
  kill -INT "$loopback"
  ended_within "$loopback" 2
}

# The short forms of what takes long.
check_campaign() {
  run "$bin/tarsus-lab" campaign --runs 74 --json
  expect campaign_short_endsWith0 "$code" 0
  expect campaign_short_sawNoGoalOutside "$(figure "$work/out" goals_outside)" 0
  run "$bin/tarsus-lab" campaign --runs 0
  expect campaign_noRuns_endsWith2 "$code" 2
}

check_inference() {
  run "$bin/tarsus" bench inference --turns 1 --seconds 0.05 --passes 2 --json
  expect benchInference_short_agreesWithOnnxruntime "$code" 0
  expect benchInference_short_hasThreeNetworks "$(grep -c '"layers"' "$work/out")" 3
}

check_lateness() {
  run "$bin/tarsus" bench lateness --rates 200 --seconds 0.2 --turns 1 --json
  expect benchLateness_short_endsWith0 "$code" 0
  expect benchLateness_short_isBesideCyclictest \
    "$(figure "$work/out" ticks) $(figure "$work/out" cyclictest_ticks)" "40 40"
  wrong_use benchLateness_rateOf0_endsWith2 "$bin/tarsus" bench lateness --rates 0
}

check_vanishing_port() {
  begin_loopback brief --lockstep
  # In lockstep no watchdog takes over first, however busy the machine is.
  begin_walk bereft brief --unpaced
  kill -9 "$loopback"
  wait "$loopback" 2>/dev/null
  ended_within "$host" 2
  expect run_portVanishes_endsWith1 "$code" 1
  one_line run_portVanishes_saysSo "$work/bereft.err" 'the line to the robot is gone'
}

# A robot that is switched on after the run.
check_late_robot() {
  begin early "$bin/tarsus" run "$policy" --robot "$robot" --port "$work/late.port" --arm --unpaced \
    --duration 0.2 --wait 20
  host=$process
  until_true 5 grep -q 'no such port' "$work/early.err" || fail run_wait 'it does not say what it waits for'
  begin_loopback late --lockstep
  ended_within "$host" 15
  expect run_portComesLater_walks "$code" 0
  one_line run_portComesLater_saysOnceWhatItWaitsFor "$work/early.err" 'searching again'
  kill -TERM "$loopback"
  ended_within "$loopback" 5
  rm -f "$work/late.port"
  begin early "$bin/tarsus" run "$policy" --robot "$robot" --port "$work/late.port" --arm --wait 20
  host=$process
  until_true 5 grep -q 'searching again' "$work/early.err"
  kill -INT "$host"
  ended_within "$host" 5
  expect run_waitingForAPort_interrupted_endsWith0 "$code" 0
}

has_prompts() { [[ $(grep -ac 'press a to arm' "$work/terminal") -ge $1 ]]; }

# begin_terminal OPTION...: a robot, and an unarmed walk without end at a terminal of its own; what is
# written into descriptor 9 is typed there, and what it shows goes into $work/terminal
begin_terminal() {
  begin_loopback home --lockstep
  rm -f "$work/keys"
  : >"$work/terminal"
  mkfifo "$work/keys"
  script -qefc "$bin/tarsus run $policy --robot $robot --port $work/home.port --unpaced $*" \
    "$work/terminal" <"$work/keys" >"$work/out" 2>"$work/err" &
  terminal=$!
  exec 9>"$work/keys"
}

# lose_and_find NAME: arms at the terminal, takes the robot away in its walk, and brings another
lose_and_find() {
  until_true 5 has_prompts 1 || fail "$1" 'no prompt for the first robot'
  printf a >&9
  until_true 10 grep -aq 'running' "$work/terminal" || fail "$1" 'no walk'
  kill -9 "$loopback"
  wait "$loopback" 2>/dev/null
  until_true 10 grep -aq 'searching for the robot again' "$work/terminal" ||
    fail "$1" 'the robot is not looked for'
  rm -f "$work/home.port"
  begin_loopback home --lockstep
  until_true 15 has_prompts 2 || fail "$1" 'no prompt for the second robot'
}

check_terminal() {
  begin_terminal --log "$work/walk.mcap" --force
  lose_and_find run_robotIsBack_isFound
  : >"$work/terminal"
  printf a >&9
  until_true 10 grep -aq 'running' "$work/terminal" || fail run_robotIsBack_keyArms 'no walk'
  printf '\003' >&9
  ended_within "$terminal" 10
  expect run_robotIsBack_walksAfterAKeyAndEndsWithCtrlC "$code" 0
  kill -TERM "$loopback"
  ended_within "$loopback" 5
  expect run_robotIsBack_itWasCommanded "$(($(figure "$work/home.out" commands) > 100))" 1
  run "$bin/tarsus" log check "$work/walk.mcap" --policy "$policy"
  expect run_robotIsBack_logOfTheFirstWalkIsWhole "$code" 0
  run "$bin/tarsus" log check "$work/walk-2.mcap" --policy "$policy"
  expect run_robotIsBack_logOfTheSecondWalkIsWhole "$code" 0

  begin_terminal
  lose_and_find run_robotIsBackUnarmed_isFound
  # Another key than the one that arms.
  printf x >&9
  let_pass 300
  printf '\003' >&9
  ended_within "$terminal" 10
  expect run_robotIsBackUnarmed_ctrlCEndsIt "$code" 0
  kill -TERM "$loopback"
  ended_within "$loopback" 5
  expect run_robotIsBackUnarmed_itWasNeverCommanded "$(figure "$work/home.out" commands)" 0
  exec 9>&-
}

# tool ARGUMENT...: tarsus servo on the line of the loopback
tool() { run "$bin/tarsus" servo "$@" --port "$work/servos.port" --protocol "$kind"; }

check_servos() {
  run "$bin/tarsus" servo ports
  expect servo_ports_endsWith0 "$code" 0
  local kind=dynamixel
  begin_loopback servos --protocol dynamixel
  tool scan --ids 1-14 --bauds 1000000,57600 --json
  expect servo_scan_findsAllAndNoMore "$code $(grep -c '"id"' "$work/out")" "0 12"
  tool read 3 model_number return_delay_time
  expect servo_read_showsUnits "$(cat "$work/out")" \
    $'model_number: 1200\nreturn_delay_time: 500 us (250)'
  tool write 3 return_delay_time 20us
  expect servo_writeKeptWithNobodyToAsk_endsWith2 "$code" 2
  tool read 3 return_delay_time
  expect servo_writeKeptWithNobodyToAsk_writesNothing "$(cat "$work/out")" \
    'return_delay_time: 500 us (250)'
  tool write 3 return_delay_time 20us --yes
  expect servo_writeKeptWithYes_isWritten "$(cat "$work/out")" 'return_delay_time: 20 us (10)'
  tool write 3 return_delay_time 9999 --yes
  expect servo_writeBeyondTheRange_endsWith2 "$code" 2
  tool read 3 present_positions
  expect servo_readUnknownRegister_endsWith2 "$code" 2
  one_line servo_readUnknownRegister_saysTheNearest "$work/err" 'expected one of present_position$'
  tool write 254 torque_enable 1
  expect servo_writeToEverybody_endsWith2 "$code" 2
  tool set-id 3 4 --yes
  expect servo_setIDTaken_endsWith3 "$code" 3
  tool set-id 3 40 --yes
  expect servo_setID_endsWith0 "$code" 0
  tool write 40 torque_enable 1
  tool set-baud 40 2000000 --yes
  expect servo_setBaudWhileItHolds_endsWith3 "$code" 3
  tool write 40 torque_enable 0
  tool set-baud 1-2,40 2000000 --yes
  expect servo_setBaud_endsWith0 "$code" 0
  tool monitor 40 --once
  expect servo_monitorAtAnotherSpeed_endsWith1 "$code" 1
  tool monitor 1-2,40 --once --json --baud 2000000
  expect servo_monitor_showsAll "$code $(grep -c '"heat_celsius"' "$work/out")" "0 3"
  tool set-baud 1-2,40 1000000 --yes --baud 2000000
  tool set-id 40 3 --yes
  # None of the zeros may be right before, or the file need not say it.
  sed 's/zero_ticks: 2048/zero_ticks: 1800/' "$robot" >"$work/bench.yaml"
  tool calibrate "$work/bench.yaml" --pose resting --yes
  expect servo_calibrate_endsWith0 "$code" 0
  expect servo_calibrate_writesAllZerosAndKeepsComments \
    "$(grep -c 'zero_ticks: [0-9]*,' "$work/bench.yaml") $(grep -c '#' "$work/bench.yaml")" \
    "12 $(grep -c '#' "$robot")"
  # Those that lie on the floor as the file has it were at 2048 all the time, two of them reversed.
  expect servo_calibrate_findsTheZerosOfTheLegsAtRest \
    "$(awk -F'zero_ticks: ' '/rear_(left|right)_femur/ {split($2, a, ","); if (a[1] > 2028 && a[1] < 2068) n++} END {print n}' "$work/bench.yaml")" 2
  tool write 5 torque_enable 1
  tool calibrate "$work/bench.yaml" --pose resting --yes
  expect servo_calibrateWhatHoldsUnasked_endsWith3 "$code" 3
  kill -INT "$loopback"
  ended_within "$loopback" 2

  kind=feetech
  begin_loopback servos --protocol feetech --imu-link "$work/imu.port" --imu-new
  local imu=("$bin/tarsus" imu) of=(--port "$work/imu.port")
  run "${imu[@]}" monitor --once "${of[@]}"
  expect imu_monitorOfANewOne_endsWith1 "$code" 1
  one_line imu_monitorOfANewOne_saysTheCure "$work/err" "nothing readable came at .*imu set-up'$"
  run "${imu[@]}" set-up "${of[@]}"
  expect imu_setUpWithNobodyToAsk_endsWith2 "$code" 2
  expect imu_setUpWithNobodyToAsk_saysWhatItFound "$(sed 's/: [0-9]* Hz//' "$work/out")" \
    'found at 9600 bit/s, acceleration, angular rate, angle, magnetic field'
  run "${imu[@]}" set-up --yes "${of[@]}"
  expect imu_setUp_endsWith0 "$code" 0
  run "${imu[@]}" monitor --once --json "${of[@]}"
  run "${imu[@]}" set-up "${of[@]}"
  expect imu_setUpAgain_asksNothing "$code $(tail -n 1 "$work/out")" '0 it is set up'
  run "${imu[@]}" monitor --baud 0 "${of[@]}"
  expect imu_baudOf0_endsWith2 "$code" 2
  run "${imu[@]}" monitor --once --json "${of[@]}"
  expect imu_monitor_isAsARunNeedsIt "$code $(grep -o '"contents".*[a-z]' "$work/out")" \
    '0 "contents" : "angular rate, quaternion'
  tool scan --ids 1-14 --bauds 1000000
  expect servo_scanOfFeetech_findsAll "$code $(grep -c 'STS3215 (777)$' "$work/out")" "0 12"
  tool set-id 3 40 --yes
  tool monitor 40 --once
  expect servo_monitorOfFeetech_showsARow "$code $(wc -l <"$work/out")" "0 2"
  kill -INT "$loopback"
  ended_within "$loopback" 2
  begin_loopback servos --protocol board --servos feetech
  tool scan --behind-board --ids 1-14
  expect servo_scanBehindABoard_findsAll "$code $(grep -c 'STS3215 (777)$' "$work/out")" "0 12"
  tool write 3 p_coefficient 20 --behind-board --yes
  tool read 3 p_coefficient --behind-board
  expect servo_writeBehindABoard_isWritten "$code $(cat "$work/out")" '0 p_coefficient: 20'
  tool set-baud 3 500000 --behind-board --yes
  expect servo_setBaudBehindABoard_endsWith2 "$code $(grep -c 'the board would lose' "$work/err")" "2 1"
  tool monitor 1-12 --once --behind-board --json
  expect servo_monitorBehindABoard_showsAll "$code $(grep -c '"heat_celsius"' "$work/out")" "0 12"
  sed 's/zero_ticks: 2048/zero_ticks: 1800/' "$robot" >"$work/bench.yaml"
  tool calibrate "$work/bench.yaml" --pose resting --yes --behind-board
  expect servo_calibrateBehindABoard_writesAllZeros \
    "$code $(grep -c 'zero_ticks: [0-9]*,' "$work/bench.yaml")" "0 12"
  tool set-id 3 40 --yes --behind-board
  expect servo_setIDBehindABoard_endsWith0 "$code" 0
  tool read 3 model_number
  expect servo_ofABoardWithoutSaying_endsWith1 "$code" 1
  kill -INT "$loopback"
  ended_within "$loopback" 2
  kind=dynamixel
  begin_loopback servos --protocol dynamixel --baud 9600
  tool scan --ids 3-4 --bauds 9600
  expect servo_scanAt9600_findsThem "$code $(grep -c 'XL330-M288' "$work/out")" "0 2"
  kill -INT "$loopback"
  ended_within "$loopback" 2
}

# A table with its header and a row.
has_rows() { [[ -f $1 && $(wc -l <"$1") -gt 1 ]]; }

check_training() {
  local train=("$bin/tarsus-lab" train spider --steps 30000 --seed 5 --json)
  run "${train[@]}" --out "$work/whole"
  expect train_smallRun_endsWith0 "$code" 0
  run "${train[@]}" --out "$work/whole"
  expect train_runIsThere_endsWith2 "$code" 2
  one_line train_runIsThere_saysTheCure "$work/err" 'go on with --resume, or name another folder'

  begin cut "${train[@]}" --out "$work/cut"
  until_true 10 has_rows "$work/cut/progress.csv"
  kill -INT "$process"
  ended_within "$process" 10
  expect train_interrupted_endsWith0 "$code" 0
  expect train_interrupted_saysSo "$(figure "$work/cut.out" was_interrupted)" true
  run "$bin/tarsus-lab" train --resume --out "$work/cut"
  expect train_resumed_endsWith0 "$code" 0
  run "$bin/tarsus-lab" freeze "$work/whole" --out "$work/whole.tarsus"
  run "$bin/tarsus-lab" freeze "$work/cut" --out "$work/no/cut.tarsus"
  expect freeze_noFolder_endsWith1 "$code" 1
  one_line freeze_noFolder_saysWhich "$work/err" 'no/cut.tarsus: cannot be written: '
  run "$bin/tarsus-lab" freeze "$work/cut" --out "$work/cut.tarsus"
  expect train_resumed_isTheUninterruptedOneByteForByte \
    "$(cmp "$work/whole.tarsus" "$work/cut.tarsus" 2>&1)" ""
}

# A whole checkpoint beyond the first.
has_checkpoint() { [[ $(find "$1" -name 'checkpoint-*' ! -name '*-000000000000' 2>/dev/null | wc -l) -gt 0 ]]; }

check_crash() {
  local train=("$bin/tarsus-lab" train spider --steps 60000 --seed 5 --checkpoint-steps 4096)
  run "${train[@]}" --out "$work/unbroken"
  begin broken "${train[@]}" --out "$work/broken"
  until_true 20 has_checkpoint "$work/broken"
  kill -9 "$process"
  wait "$process" 2>/dev/null
  # The newest checkpoint is damaged as well: the one before it serves.
  local newest
  newest=$(find "$work/broken" -name 'checkpoint-*' | sort | tail -n 1)
  head -c 5000 "$newest" >"$newest.half" && mv "$newest.half" "$newest"
  run "$bin/tarsus-lab" train --resume --out "$work/broken" --threads 1 --checkpoint-steps 4096
  expect train_killedAndResumed_endsWith0 "$code" 0
  expect train_killedAndResumed_saysWhatIsDamaged "$(grep -c 'is damaged' "$work/err")" 1
  expect train_killedAndResumed_isTheUninterruptedOneByteForByte \
    "$(cmp "$(find "$work/unbroken" -name 'checkpoint-*' | sort | tail -n 1)" \
      "$(find "$work/broken" -name 'checkpoint-*' | sort | tail -n 1)" 2>&1)" ""
  expect train_killedAndResumed_doublesNoRow \
    "$(cut -d, -f1 "$work/broken/progress.csv" | sort | uniq -d)" ""
}

check_divergence() {
  run "$bin/tarsus-lab" train spider --steps 60000 --checkpoint-steps 2048 --out "$work/wild" \
    --set learner.optimiser=adam --set learner.learning_rate_schedule=constant \
    --set learner.learning_rate=1e18
  expect train_diverged_endsWith1 "$code" 1
  one_line train_diverged_saysTermStepAndCheckpoint "$work/err" \
    'exploded, at step [0-9]*; .*last good checkpoint: .*checkpoint-0*[0-9]'
  run "$bin/tarsus-lab" evaluate "$work/wild" --episodes 2
  expect train_diverged_leavesAWholeCheckpoint "$code" 0
}

check_file_commands() {
  run "$bin/tarsus-lab" train spider --steps 2048 --config sim/tasks/forward.yaml --out "$work/ahead"
  run "$bin/tarsus-lab" freeze "$work/ahead" --out "$work/ahead.tarsus"
  run "$bin/tarsus-lab" replay "$work/ahead.tarsus" --duration 1 --html "$work/ahead.html"
  expect replay_file_drawsCommandsThatItWasTrainedFor \
    "$(grep -c 'command 0.[01][0-9] m/s forward, 0.00 left, 0.00 rad/s' "$work/out")" 1
}

check_training_speed() {
  run "$bin/tarsus-lab" bench training --task walker --turns 1 --seconds 0.05 --json
  expect benchTraining_short_endsWith0 "$code" 0
  # How large, a longer measurement says: Tests/speed.sh.
  expect benchTraining_short_hasBothRatios "$(grep -cE '"(random_)?ratio" : [0-9]' "$work/out")" 2
}

check_seeds() {
  run "$bin/tarsus-lab" train CartPole-v1 --steps 4096 --seeds 0-1 --evaluation-episodes 4 --json \
    --out "$work/seeds"
  expect train_twoSeeds_endsWith0 "$code" 0
  expect train_twoSeeds_reportsBoth "$(grep -c '"seed" :' "$work/out")" 2
  cp "$work/out" "$work/seeds.first"
  run "$bin/tarsus-lab" train CartPole-v1 --steps 4096 --seeds 0-1 --evaluation-episodes 4 --json \
    --out "$work/seeds"
  expect train_twoSeedsAgain_areNotTrainedAgain \
    "$(diff <(grep -v seconds "$work/seeds.first") <(grep -v seconds "$work/out"))" ""
  expect train_twoSeedsAgain_reportNoError "$(grep -c 'tarsus-lab:' "$work/err")" 0
  expect train_twoSeedsAgain_keepTheirTimes \
    "$(diff <(grep seconds "$work/seeds.first") <(grep seconds "$work/out"))" ""
  run "$bin/tarsus-lab" train CartPole-v1 --steps 8192 --seeds 0-1 --out "$work/seeds"
  expect train_twoSeedsOtherwise_endsWith2 "$code" 2
  run "$bin/tarsus-lab" evaluate "$work/seeds/seed-0" --episodes 4 --seed 1000 --json
  expect evaluate_run_endsWith0 "$code" 0
  expect evaluate_run_hasAScore "$(grep -c '"score" :' "$work/out")" 1
  wrong_use evaluate_commandForATaskWithoutOne_endsWith2 \
    "$bin/tarsus-lab" evaluate "$work/seeds/seed-0" --command 0.1,0,0
  wrong_use replay_randomizeForATaskWithoutIt_endsWith2 \
    "$bin/tarsus-lab" replay "$work/seeds/seed-0" --randomize --html "$work/none.html"
  wrong_use evaluate_bestOfAFile_endsWith2 \
    "$bin/tarsus-lab" evaluate "$policy" --best
  wrong_use train_resumeAsAnotherTask_endsWith2 \
    "$bin/tarsus-lab" train spider --resume --out "$work/seeds/seed-0"
  run "$bin/tarsus-lab" evaluate "$work/seeds/seed-0" --best --episodes 4
  expect evaluate_bestOfARun_endsWith0 "$code" 0
  run "$bin/tarsus-lab" freeze "$work/seeds/seed-0" --out "$work/pole.tarsus"
  expect freeze_taskWithoutARobot_endsWith2 "$code" 2
}

check_figures() {
  local evaluate=("$bin/tarsus-lab" evaluate "$policy" --episodes 4 --duration 3 --seed 5 --json)
  run "${evaluate[@]}"
  cp "$work/out" "$work/nominal.json"
  local key missing=""
  for key in return_mean return_deviation score length_mean falls velocity_error_rms \
    yaw_rate_error_rms cost_of_transport slip_per_distance foot_lift_mean_metres target_change_mean; do
    grep -q "\"$key\" :" "$work/out" || missing+=" $key"
  done
  expect evaluate_json_hasEveryFigure "$missing" ""
  run "${evaluate[@]}" --randomize
  expect evaluate_randomised_endsWith0 "$code" 0
  expect evaluate_randomised_goesOtherwise \
    "$(cmp -s "$work/out" "$work/nominal.json" && echo same)" ""
}

check_doctor() {
  run "$bin/tarsus" doctor --seconds 0.2 --json
  # What it finds is the machine's; that it looks at everything is not.
  expect doctor_looksAtEverything \
    "$(grep -Ec '"subject" : "(kernel|priority|memory|processor speed|idle states|lateness)"' "$work/out")" 6
  # On a virtual machine something of the lowest priority spins on every processor, and nowhere else.
  "$bin/tarsus" doctor --seconds 20 --json >/dev/null 2>&1 &
  local doctor=$! spinning=0 expected=0
  if grep -qw hypervisor /proc/cpuinfo && ! grep -qv '^max' /sys/fs/cgroup/cpu.max 2>/dev/null; then
    expected=$(nproc)
  fi
  # It is ended as soon as they are seen; its seconds are for a busy machine.
  while ! has_ended "$doctor"; do
    # The scheduling policy of each thread; 5 is SCHED_IDLE.
    spinning=$(awk '$41 == 5' /proc/$doctor/task/*/stat 2>/dev/null | wc -l)
    if [ "$spinning" -eq "$expected" ]; then break; fi
    sleep 0.05
  done
  kill -INT "$doctor" 2>/dev/null
  wait "$doctor" || true
  expect doctor_onAVirtualMachine_keepsProcessorsAwake "$spinning" "$expected"
  run "$bin/tarsus" doctor --rate 0
  expect doctor_rateOf0_endsWith2 "$code" 2
}

check_robot_side_alone() {
  local libraries
  libraries=$(ldd "$bin/tarsus" | grep -Ei 'mujoco|blas')
  expect tarsus_libraries_noPhysicsAndNoBlas "$libraries" ""
  mkdir "$work/empty"
  cd "$work/empty" || return
  run env -i LD_LIBRARY_PATH= "$bin/tarsus" run "$policy" --robot "$robot" --port none.port
  cd "$root" || return
  # It has read robot and policy, and run its golden pairs.
  expect tarsus_emptyFolderAndEnvironment_comesAsFarAsThePort "$code" 1
  one_line tarsus_emptyFolderAndEnvironment_saysWhatIsMissing "$work/err" 'none.port: no such port'
}

for part in "$root"/Tests/commands/*.sh; do
  # shellcheck source=/dev/null
  source "$part"
done

check_doctor
check_help "$bin/tarsus"
check_help "$bin/tarsus-lab"
check_wrong_use
check_policies
check_robot_side_alone
check_port
check_interruption
check_commanders
check_datagrams
check_campaign
check_inference
check_lateness
check_vanishing_port
check_late_robot
check_terminal
check_servos
check_training
check_crash
check_divergence
check_file_commands
check_training_speed
check_seeds
check_figures
check_outside
check_command_refusals
check_script_ends
check_signed_datagrams
check_long_lines
check_keyboard
check_nothing_overwritten
check_damaged_logs
check_hostile_settings
check_settings_in_words
check_names_of_others
check_links
check_full_disk
check_echo_on_servo_lines
check_echo_on_a_board
check_plain_sync_read
check_settings
check_settings_behind_a_board
check_gains_and_turns
check_imu_settings
check_deleted_folder
check_commit
check_setup
check_shared_run
check_moved_checkout
check_nobody
check_environment
check_locales
check_limits
check_suspension
check_clock_jumps
check_terminals
check_newer_files

echo "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
