# shellcheck shell=bash disable=SC2154
# Checks of adapters that echo and of servos without fast sync read; Tests/commands.sh sources this file.

# begin_servo_line NAME PROTOCOL [OPTION...]: a line of servos in lockstep, and its sensor's
begin_servo_line() {
  local name=$1 protocol=$2
  shift 2
  begin_loopback "$name" --protocol "$protocol" --imu-link "$work/$name.imu" --lockstep "$@"
}

# run_servo_line NAME PROTOCOL: a short walk on it
run_servo_line() {
  run "$bin/tarsus" run "$policy" --robot "$robot" --port "$work/$1.port" \
    --imu-port "$work/$1.imu" --protocol "$2" --command 0.15,0,0 --duration 1 --arm --unpaced --json
}

# end_loopback NAME: nothing that the host echoed reached a servo as a request
end_loopback() {
  kill -INT "$loopback"
  ended_within "$loopback" 2
  expect "$1_endsWith0" "$code" 0
  expect "$1_countsNoDamage" "$(figure "$work/$1.out" bad_frames)" 0
}

# On an adapter that echoes, servos that are not there are not found, and a walk is as on another.
check_echo_on_servo_lines() {
  local protocol name
  for protocol in feetech dynamixel; do
    name=echo_$protocol
    begin_servo_line "$name" "$protocol" --echo
    run "$bin/tarsus" servo scan --port "$work/$name.port" --protocol "$protocol" \
      --bauds 1000000 --ids 11-15 --json
    expect "scan_${name}_findsThoseThatAreThere" "$code $(grep -c '"id"' "$work/out")" "0 2"
    one_line "scan_${name}_saysSo" "$work/err" 'echoes what it is sent'
    run "$bin/tarsus" servo monitor 77 --once --port "$work/$name.port" --protocol "$protocol"
    expect "monitor_${name}_showsNoServoThatIsNotThere" "$code $(grep -c 'no answer' "$work/out")" "1 1"
    run "$bin/tarsus" doctor --seconds 0 --port "$work/$name.port"
    expect "doctor_${name}_saysSo" "$(grep -c 'echoes what it is sent' "$work/out")" 1
    run_servo_line "$name" "$protocol"
    expect "run_${name}_walks" "$code $(figure "$work/out" coasted_ticks)" "0 0"
    expect "run_${name}_saysSoBefore" "$(grep -c 'echoes what it is sent' "$work/err")" 1
    end_loopback "$name"
  done
}

check_echo_on_a_board() {
  begin_loopback echo_board --lockstep --echo
  run "$bin/tarsus" servo monitor 4,77 --once --port "$work/echo_board.port" --protocol dynamixel \
    --behind-board
  expect monitor_echoBehindABoard_showsTheOneThatIsThere \
    "$code $(grep -c 'no answer' "$work/out") $(grep -c 'none$' "$work/out")" "1 1 1"
  run "$bin/tarsus" run "$policy" --robot "$robot" --port "$work/echo_board.port" \
    --command 0.15,0,0 --duration 1 --arm --unpaced --json
  expect run_echoBehindABoard_walks "$code $(figure "$work/out" coasted_ticks)" "0 0"
  end_loopback echo_board
  begin_loopback no_echo --lockstep
  run "$bin/tarsus" doctor --seconds 0 --port "$work/no_echo.port" --json
  expect doctor_noEcho_saysSo "$(grep -c 'does not send back' "$work/out")" 1
  end_loopback no_echo
}

# Servos whose firmware has no fast sync read are read otherwise, and that is said before torque.
check_plain_sync_read() {
  wrong_use loopback_noFastSyncReadOfFeetech_endsWith2 "$bin/tarsus-lab" loopback spider \
    --link "$work/none.port" --protocol feetech --no-fast-sync-read
  begin_servo_line plain dynamixel --no-fast-sync-read
  run_servo_line plain dynamixel
  expect run_noFastSyncRead_walks "$code $(figure "$work/out" coasted_ticks)" "0 0"
  expect run_noFastSyncRead_saysSo \
    "$(grep -c 'servo 1 (front_left_coxa), firmware 52: it does not answer a fast sync read' "$work/err")" 1
  end_loopback plain
}

# The checks of this file: check_echo_on_servo_lines check_echo_on_a_board check_plain_sync_read
