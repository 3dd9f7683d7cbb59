#!/usr/bin/env bash
# What servos and IMU are set to, and messages that name the cause before torque.
# shellcheck disable=SC2154 # Variables and helpers are those of Tests/commands.sh, which sources this.

# run_over PROTOCOL ROBOT [OPTION...]: a short walk over the line of servos of the loopback "set"
run_over() {
  local protocol=$1 file=$2
  shift 2
  run "$bin/tarsus" run "$policy" --robot "$file" --port "$work/set.port" --protocol "$protocol" \
    --imu-port "$work/set-imu.port" --duration 0.1 --arm "$@"
}

# servo_tool PROTOCOL ARGUMENT...: tarsus servo on the same line
servo_tool() {
  local protocol=$1
  shift
  run "$bin/tarsus" servo "$@" --port "$work/set.port" --protocol "$protocol"
}

end_set() {
  kill -INT "$loopback"
  ended_within "$loopback" 2
}

# check_settings_of PROTOCOL GAIN ROWS: what another tool left is refused, shown and mended; a new servo
# differs in its delay, and one with another gain from the factory in that
check_settings_of() {
  local protocol=$1 gain=$2 shown=$3
  begin_loopback set --protocol "$protocol" --imu-link "$work/set-imu.port"
  servo_tool "$protocol" write 4 homing_offset 1800 --yes
  servo_tool "$protocol" write 5 "$gain" 99 --yes
  run_over "$protocol" "$robot"
  expect "run_${protocol}HomingOffset_endsWith3" "$code" 3
  one_line "run_${protocol}HomingOffset_namesServoAndRegister" "$work/err" \
    'servo 4 \(rear_left_coxa\): homing_offset: found .*1800.*, expected .*servo check'
  servo_tool "$protocol" read 1 return_delay_time
  expect "run_${protocol}HomingOffset_changesNothing" "$(cat "$work/out")" \
    'return_delay_time: 500 us (250)'
  servo_tool "$protocol" check --robot "$robot"
  expect "servoCheck_${protocol}HomingOffset_endsWith1" "$code" 1
  expect "servoCheck_${protocol}_showsWhatDiffers" \
    "$(grep -Ec '^rear_left_(coxa .*homing_offset .*a run refuses|femur .*sets it)$' "$work/out")" \
    "$shown"
  servo_tool "$protocol" check --robot "$robot" --json
  expect "servoCheck_${protocol}Json_hasAVerdictForEach" \
    "$(grep -c '"verdict"' "$work/out")" "$(grep -c '"register"' "$work/out")"
  servo_tool "$protocol" check --robot "$robot" --fix
  expect "servoCheck_${protocol}FixWithNobodyToAsk_endsWith2" "$code" 2
  servo_tool "$protocol" read 4 homing_offset
  expect "servoCheck_${protocol}FixWithNobodyToAsk_writesNothing" \
    "$(grep -c '(1800)' "$work/out")" 1
  servo_tool "$protocol" check --robot "$robot" --fix --yes
  expect "servoCheck_${protocol}Fix_setsAll" \
    "$code $(grep -c 'all as they should be' "$work/out")" "0 1"
  expect "servoCheck_${protocol}Fix_saysThatZerosMoved" "$(grep -c 'zeros have moved' "$work/err")" 1
  servo_tool "$protocol" write 1 "$gain" 99 --yes
  servo_tool "$protocol" write 1 torque_enable 1
  servo_tool "$protocol" check --robot "$robot" --fix --yes
  expect "servoCheck_${protocol}FixWhatHolds_endsWith3" "$code" 3
  sed -E 's/id: (3|9),/id: 1\1,/' "$robot" >"$work/renumbered.yaml"
  run_over "$protocol" "$work/renumbered.yaml"
  expect "run_${protocol}TwoServosMissing_endsWith1" "$code" 1
  one_line "run_${protocol}TwoServosMissing_namesBoth" "$work/err" \
    'servos 13 \(front_left_tibia\), 19 \(rear_right_tibia\): no answer'
  end_set
}

check_settings() {
  check_settings_of dynamixel position_d_gain 4
  check_settings_of feetech i_coefficient 3
}

check_settings_behind_a_board() {
  begin_loopback set --protocol board --servos feetech
  servo_tool dynamixel read 3 present_position --behind-board
  expect servo_readBehindABoardAsAnotherKind_endsWith1 "$code" 1
  one_line servo_readBehindABoardAsAnotherKind_saysWhich "$work/err" \
    'servo 3: found STS3215 \(777\), .* give --protocol feetech$'
  servo_tool dynamixel write 3 led 1 --behind-board
  expect servo_writeBehindABoardAsAnotherKind_endsWith1 "$code" 1
  servo_tool feetech write 4 homing_offset 1800 --yes --behind-board
  run "$bin/tarsus" run "$policy" --robot "$robot" --port "$work/set.port" --duration 0.1 --arm
  expect run_homingOffsetBehindABoard_endsWith3 "$code" 3
  one_line run_homingOffsetBehindABoard_namesServoAndRegister "$work/err" \
    'servo 4 \(rear_left_coxa\): homing_offset: found .*1800'
  servo_tool feetech check --robot "$robot" --behind-board
  expect servoCheck_behindABoard_endsWith1 "$code" 1
  servo_tool feetech check --robot "$robot" --behind-board --fix --yes
  expect servoCheck_behindABoardFix_setsAll \
    "$code $(grep -c 'all as they should be' "$work/out")" "0 1"
  run "$bin/tarsus" run "$policy" --robot "$robot" --port "$work/set.port" --duration 0.1 --arm \
    --missed-deadlines 1000
  expect run_behindABoardAfterTheFix_endsWith0 "$code" 0
  end_set
}

check_gains_and_turns() {
  local run_file=("$bin/tarsus" run "$policy" --port "$work/none.port" --imu-port "$work/none.port")
  sed 's/position_gain: .*/position_gain: 300/; s/protocol: board/protocol: feetech/' "$robot" \
    >"$work/gain.yaml"
  wrong_use run_gainBeyondTheRegister_endsWith2 "${run_file[@]}" --robot "$work/gain.yaml"
  one_line run_gainBeyondTheRegister_saysWhich "$work/err" \
    'position_gain: found 300, expected a whole number from 0 to 254, which p_coefficient'
  sed 's/position_gain: .*/position_gain: 800/' "$robot" >"$work/gain.yaml"
  wrong_use run_gainOfOtherServos_endsWith2 "${run_file[@]}" --robot "$work/gain.yaml" \
    --protocol feetech
  one_line run_gainOfOtherServos_saysTheCure "$work/err" 'position_gain: found 800 .*feetech: 32'
  sed 's/zero_ticks: 2048/zero_ticks: 200/' "$robot" >"$work/turn.yaml"
  wrong_use run_limitsOutsideOneTurn_endsWith2 "${run_file[@]}" --robot "$work/turn.yaml"
  one_line run_limitsOutsideOneTurn_namesJointAndTicks "$work/err" \
    'limits: found -0.8 for joint front_left_coxa, at -322 ticks .*expected 0 to 4095 ticks'
}

check_imu_settings() {
  begin_loopback set --protocol feetech --imu-link "$work/set-imu.port" --imu-new
  run_over feetech "$robot"
  expect run_newIMU_endsWith1 "$code" 1
  expect run_newIMU_saysWhatCameAndTheCure \
    "$(grep -Ec 'nothing has moved: IMU: found .* at 115200 bit/s, .*imu set-up' "$work/err")" 1
  run_over feetech "$robot" --imu-baud 9600
  expect run_IMUWithoutQuaternion_endsWith1 "$code" 1
  expect run_IMUWithoutQuaternion_saysWhatCame \
    "$(grep -Ec 'IMU: found acceleration, angular rate, angle, magnetic field alone at 9600' "$work/err")" 1
  end_set
  expect run_newIMU_torqueStaysOff "$(figure "$work/set.out" torque_on_seconds)" 0
}

# Called by Tests/commands.sh: check_settings check_settings_behind_a_board check_gains_and_turns
# check_imu_settings
