# shellcheck shell=bash disable=SC2154
# Who steers: sources that are refused, scripts, signed datagrams, keys. Sourced by Tests/commands.sh.

# An empty datagram, which bash cannot send.
send_nothing() {
  python3 -c 'import socket, sys
socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"", ("127.0.0.1", int(sys.argv[1])))' "$1"
}

# Sources that are none; the robot is there, and does not move.
check_command_refusals() {
  begin_loopback choosy --lockstep
  local walk=("$bin/tarsus" run "$policy" --robot "$robot" --port "$work/choosy.port" --unpaced --arm)
  local place
  mkfifo "$work/choosy.fifo"
  for place in /tmp "$robot" "$work/choosy.fifo" /dev/null /dev/ptmx; do
    wrong_use "run_gamepadAt_$(basename "$place")_endsWith2" "${walk[@]}" --commands "gamepad:$place"
    one_line "run_gamepadAt_$(basename "$place")_saysSo" "$work/err" 'which is not a joystick'
  done
  wrong_use run_gamepadMissing_endsWith2 "${walk[@]}" --commands gamepad:/dev/input/none
  one_line run_gamepadMissing_saysTheCure "$work/err" 'plug it in'
  wrong_use run_gamepadSettingUnknown_endsWith2 "${walk[@]}" --commands gamepad:fire=1
  expect run_gamepadSettingUnknown_saysWhichThereAre \
    "$(grep -c "found 'fire=', expected hold, sit, forward, left, turn or quiet" "$work/err")" 1
  wrong_use run_keyboardWithoutATerminal_endsWith2 "${walk[@]}" --commands keyboard
  for place in '' word fifteen-letters; do
    TARSUS_TOKEN=$place wrong_use "run_tokenOf${#place}Bytes_endsWith2" "${walk[@]}" \
      --commands udp:127.0.0.1:40971
    one_line "run_tokenOf${#place}Bytes_saysHowToMakeOne" "$work/err" \
      "found ${#place} bytes, expected at least 16; make one with .*/dev/urandom"
  done
  kill -INT "$loopback"
  ended_within "$loopback" 2
  expect loopback_choosy_heardNoGoal "$(figure "$work/choosy.out" commands)" 0
}

# refused_script NAME TEXT PATTERN
refused_script() {
  printf '%b' "$2" >"$work/script"
  wrong_use "run_script$1_endsWith2" "${walk[@]}" --commands "script:$work/script"
  one_line "run_script$1_saysWhatIsWrong" "$work/err" "$3"
}

check_script_ends() {
  begin_loopback scripted --lockstep
  local walk=("$bin/tarsus" run "$policy" --robot "$robot" --port "$work/scripted.port" --unpaced
    --json --arm)
  printf '0 0.15,0,0\n2 0,0,0\n' >"$work/script"
  run "${walk[@]}" --commands "script:$work/script"
  expect run_scriptWithoutEnd_endsAtItsLastLine "$code $(figure "$work/out" fault)" "0 "
  expect run_scriptWithoutEnd_walksUntilItsLastLine "$(figure "$work/out" running_ticks)" 100
  refused_script OfOneLine '0 0.15,0,0\n' 'the script ends at 0 s.*such as .8 end'
  refused_script Empty '' 'found no command'
  refused_script OutOfOrder '2 0.1,0,0\n1 end\n' 'script:2: found .1 end.*do not run backwards'
  refused_script AfterItsEnd '0 0.1,0,0\n1 end\n2 0,0,0\n' "script:3: found '2 0,0,0' after the end"
  refused_script OfNoNumbers '0 0.1,0,0\nnan 0,0,0\n' 'script:2: found'
  refused_script OfControlCharacters '0 \033[2J,0,0\n' 'script:1: found .*u.1b'
  refused_script OfNoText '0 0.1,0,0\n\xff\xfe' 'not UTF-8'
  wrong_use run_scriptWithoutAnEnd_endsWith2 "${walk[@]}" --commands script:/dev/zero
  one_line run_scriptWithoutAnEnd_saysTheLimit "$work/err" 'more than 1048576 bytes'

  printf '0 0.25,0,0\n2 -0.25,0.15,0.8\n4 0.25,-0.15,-0.8\n6 end\n' >"$work/script"
  run "${walk[@]}" --commands "script:$work/script" --log "$work/ramp.mcap"
  expect run_scriptThatJumps_endsWith0 "$code" 0
  # 300 of the script, 25 to slow down from 0.25 m/s, and 50 to stand still, the last of those among them.
  if .venv-tests/bin/python Tests/commands/ramp.py "$work/ramp.mcap" 374 >"$work/out" 2>"$work/err"; then
    ok log_scriptThatJumps_isFollowedInSteps
  else
    fail log_scriptThatJumps_isFollowedInSteps "$(cat "$work/err")"
  fi
  kill -INT "$loopback"
  ended_within "$loopback" 2
}

# Datagrams: empty and bad ones end nothing; with a token only signed ones count.
check_signed_datagrams() {
  begin_loopback called
  begin_walk hardy called --commands udp:127.0.0.1:40972
  send_nothing 40972
  echo walk >/dev/udp/127.0.0.1/40972
  printf '\xff\xfe\x00' >/dev/udp/127.0.0.1/40972
  echo '{"sit": true}' >/dev/udp/127.0.0.1/40972
  ended_within "$host" 6
  expect run_emptyAndBadDatagrams_isHeardAfterThem "$code" 0
  expect run_emptyAndBadDatagrams_saysWhatIsWrong "$(grep -c 'expected one object of JSON' "$work/hardy.err")" 3

  local -x TARSUS_TOKEN=a-token-of-café-letters
  begin_walk guarded called --commands udp:0.0.0.0:40973
  echo '{"sit": true}' >/dev/udp/127.0.0.1/40973
  TARSUS_TOKEN=another-token-of-letters sim/send_command.py 127.0.0.1 40973 '{"sit": true}'
  let_pass 300
  expect run_datagramsOfStrangers_areNotHeard "$(has_ended "$host" && echo over)" ""
  expect run_datagramsOfStrangers_areComplainedAbout \
    "$(grep -c 'without a signature' "$work/guarded.err") $(grep -c 'another token' "$work/guarded.err")" "1 1"
  sim/send_command.py 127.0.0.1 40973 '{"sit": true}'
  ended_within "$host" 6
  expect run_datagramOfThePythonClient_isHeard "$code" 0
  kill -INT "$loopback"
  ended_within "$loopback" 2
}

# A line that is too long moves nothing, nor does its rest.
check_long_lines() {
  begin_loopback told
  { printf '%4097s' ''; echo '{"sit": true}'; echo '{"forward": 0.1, "sit": true, "sit": true}'; } >"$work/line"
  "$bin/tarsus" run "$policy" --robot "$robot" --port "$work/told.port" --arm --missed-deadlines 1000 \
    --commands stdin <"$work/line" >"$work/out" 2>"$work/err"
  code=$?
  expect run_lineTooLong_itsRestIsNoCommand "$code $(grep -c 'no command came for too long' "$work/err")" "1 1"
  expect run_lineTooLong_saysSo "$(grep -c 'more than 4096 bytes' "$work/err")" 1
  kill -INT "$loopback"
  ended_within "$loopback" 2
}

# shows NAME PATTERN: the terminal does, in a while
shows() {
  if until_true 10 grep -aq "$2" "$work/typed.terminal"; then
    ok "$1"
  else
    fail "$1" "found '$(tail -c 300 "$work/typed.terminal")', expected /$2/"
  fi
}

# Presses a key once more, and looks whether the status line has seen it.
holds_key() {
  printf w >&8
  grep -aq 'running · 0.*by keyboard, held' "$work/typed.terminal"
}

check_keyboard() {
  begin_loopback typed
  rm -f "$work/typing"
  : >"$work/typed.terminal"
  mkfifo "$work/typing"
  script -qefc "stty columns 200; $bin/tarsus run $policy --robot $robot --port $work/typed.port \
    --missed-deadlines 1000 --commands keyboard" "$work/typed.terminal" <"$work/typing" >"$work/out" 2>"$work/err" &
  local terminal=$!
  exec 8>"$work/typing"
  until_true 5 grep -aq 'press a to arm' "$work/typed.terminal" || fail run_keyboard 'no prompt'
  # What is typed with the key that arms is gone: it would sit down at once.
  printf ax >&8
  shows run_keyTypedBeforeArming_doesNotCount 'running.*by keyboard, not held'
  # As a terminal repeats a key that is held: the line is written once a second, whenever that is.
  if until_true 10 holds_key; then
    ok run_keyHeld_isShown
  else
    fail run_keyHeld_isShown "$(tail -c 300 "$work/typed.terminal")"
  fi
  : >"$work/typed.terminal"
  shows run_keyLapsed_stands 'running · 0.0,0.0,0.0 by keyboard, not held'
  printf x >&8
  ended_within "$terminal" 10
  expect run_keyToSit_endsWith0 "$code" 0
  exec 8>&-
  kill -INT "$loopback"
  ended_within "$loopback" 2
}

# check_command_refusals check_script_ends check_signed_datagrams check_long_lines check_keyboard
