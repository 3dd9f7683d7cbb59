# shellcheck shell=bash disable=SC2154
# Checks of the commands in places that nobody thinks of: folders that were deleted, moved or belong to
# somebody else, small limits, odd names, other locales. Sourced by Tests/commands.sh.

# fits NAME CODE FILE PATTERN: an exit code that $code is, and one line that says why
fits() {
  expect "$1_endsWith$2" "$code" "$2"
  one_line "$1_saysWhy" "$3" "$4"
}

# in_deleted_folder COMMAND...: a run there; one that spins, and heeds no signal, is killed in the end
in_deleted_folder() {
  rm -rf "$work/gone"
  mkdir "$work/gone"
  # shellcheck disable=SC2016 # For the inner shell.
  run timeout --kill-after=5 60 bash -c 'cd "$0" && rmdir "$0" && exec "$@"' "$work/gone" "$@"
}

check_deleted_folder() {
  in_deleted_folder "$bin/tarsus-lab" train spider --steps 0 --out "$work/from-gone"
  expect train_workingFolderDeleted_findsTheProgramsOwnTasks "$code" 0
  in_deleted_folder "$bin/tarsus-lab" train spider --steps 0 --out relative
  expect train_relativeFolderInADeletedOne_endsWith1 "$code" 1
  expect train_relativeFolderInADeletedOne_saysWhy \
    "$(grep -c '^the working folder was deleted' "$work/err")" 1
  in_deleted_folder "$bin/tarsus-lab" train centipede --out "$work/none"
  expect train_noSuchTaskInADeletedFolder_endsWith2 "$code" 2
  in_deleted_folder "$bin/tarsus-lab" loopback centipede --link "$work/none.port"
  expect loopback_noSuchBodyInADeletedFolder_endsWith2 "$code" 2
  in_deleted_folder "$bin/tarsus" run sim.tarsus --robot "$robot" --port "$work/none.port"
  expect run_relativePolicyInADeletedFolder_endsWith2 "$code" 2
  mkdir "$work/gone"
  # shellcheck disable=SC2016 # For the inner shell.
  begin ghost bash -c 'cd "$0" && rmdir "$0" && exec "$@"' "$work/gone" \
    "$bin/tarsus-lab" loopback spider --lockstep --link "$work/ghost.port"
  until_true 5 test -e "$work/ghost.port" ||
    fail loopback_workingFolderDeleted_begins "$(cat "$work/ghost.err")"
  kill -TERM "$process"
  ended_within "$process" 5
  expect loopback_workingFolderDeleted_endsWithASignal "$code" 0
}

# The commit in the policy file $1, as it is shown.
commit_in() {
  "$bin/tarsus" inspect "$1" --json | sed -nE 's/^ *"commit" : "([^"]*)",?$/\1/p'
}

check_commit() {
  "$bin/tarsus-lab" train spider --steps 0 --out "$work/unlearned" 2>"$work/err"
  mkdir "$work/theirs"
  (
    cd "$work/theirs" && git init --quiet && git -c user.name=a -c user.email=a \
      commit --quiet --allow-empty --message theirs
  ) || return
  # The commit of the checkout that holds the program; none in an archive.
  local own=
  if [[ -e $root/.git ]]; then
    own=$(git -C "$root" describe --always --dirty --abbrev=12 '--exclude=*' 2>"$work/err")
  fi
  (cd "$work/theirs" && "$bin/tarsus-lab" freeze "$work/unlearned" --out policy.tarsus) \
    >"$work/out" 2>"$work/err"
  expect freeze_inAnotherRepository_writesTarsusOwnCommit \
    "$(commit_in "$work/theirs/policy.tarsus")" "$own"
  # As in a hook of that repository.
  GIT_DIR=$work/theirs/.git "$bin/tarsus-lab" freeze "$work/unlearned" \
    --out "$work/hooked.tarsus" >"$work/out" 2>"$work/err"
  expect freeze_inAHookOfAnotherRepository_writesTarsusOwnCommit \
    "$(commit_in "$work/hooked.tarsus")" "$own"
}

# begin_setup: what sim/setup.sh needs of a checkout, in $work/checkout; nothing is fetched there
begin_setup() {
  rm -rf "$work/checkout"
  mkdir -p "$work/checkout/sim" "$work/checkout/Sources/CMuJoCo/include"
  cp sim/setup.sh "$work/checkout/sim"
  cp .swift-version "$work/checkout"
  cp -r .mujoco "$work/checkout"
}

set_up() { PIP_NO_INDEX=1 run "$work/checkout/sim/setup.sh"; }

check_setup() {
  local library
  library=$(cd .mujoco/lib && echo libmujoco.so.*)
  begin_setup
  set_up
  expect setup_allThere_fetchesNothing "$code $(cat "$work/err")" '0 '
  expect setup_allThere_makesTheLink "$([[ -e $work/checkout/Sources/CMuJoCo/include/mujoco ]] && echo made)" made
  truncate --size=3000000 "$work/checkout/.mujoco/lib/$library"
  set_up
  expect setup_libraryCutInHalf_isFetchedAgain "$code $(grep -c 'fetching MuJoCo' "$work/err")" '1 1'
  expect setup_noNetwork_saysSoInOneSentence \
    "$(grep -c 'could not be fetched with pip; check the network' "$work/err") $(wc -l <"$work/err")" '1 2'
  begin_setup
  : >"$work/checkout/.mujoco/include/mujoco/mujoco.h"
  set_up
  expect setup_headerCutOff_isFetchedAgain "$code $(grep -c 'fetching MuJoCo' "$work/err")" '1 1'
  begin_setup
  as_nobody || return
  chmod -R a+rX "$work/checkout"
  PIP_NO_INDEX=1 run "${nobody[@]}" "$work/checkout/sim/setup.sh"
  fits setup_checkoutOfAnother 1 "$work/err" "cannot be written by .*, it belongs to .*; run this as its owner"
  set_up
  PIP_NO_INDEX=1 run "${nobody[@]}" "$work/checkout/sim/setup.sh"
  expect setup_checkoutOfAnotherThatIsSetUp_needsNothing "$code $(cat "$work/err")" '0 '
}

# A training without end in $work/shared-run, as $process.
begin_long_training() {
  begin long "$bin/tarsus-lab" train CartPole-v1 --steps 100000000 --out "$work/shared-run"
  until_true 10 has_rows "$work/shared-run/progress.csv" || fail train_long "$(cat "$work/long.err")"
}

check_shared_run() {
  begin_long_training
  local long=$process
  run "$bin/tarsus-lab" train CartPole-v1 --out "$work/shared-run"
  fits train_secondInTheSameFolder 1 "$work/err" "another training, process $long, writes there"
  run "$bin/tarsus-lab" train --resume --out "$work/shared-run"
  fits train_resumeOfOneUnderWay 1 "$work/err" "another training, process $long, writes there"
  kill -INT "$long"
  ended_within "$long" 10
  expect train_longOneInterrupted_endsWith0 "$code" 0
  expect train_interrupted_saysWhereItsPageIs "$(grep -c "$work/shared-run/replay.html" "$work/long.err")" 1
  # Moved while it is written to.
  begin moved "$bin/tarsus-lab" train CartPole-v1 --steps 100000000 --checkpoint-steps 20000 \
    --out "$work/moved-run"
  until_true 10 has_rows "$work/moved-run/progress.csv" || fail train_moved "$(cat "$work/moved.err")"
  mv "$work/moved-run" "$work/moved-away"
  ended_within "$process" 60
  expect train_folderMovedMeanwhile_endsWith1 "$code" 1
  expect train_folderMovedMeanwhile_saysSo \
    "$(grep -c 'moved or removed while this training wrote there' "$work/moved.err")" 1
  # Moved while nobody writes there, and under another name.
  run "$bin/tarsus-lab" train CartPole-v1 --steps 4096 --out "$work/before"
  mv "$work/before" "$work/after a move"
  run "$bin/tarsus-lab" evaluate "$work/after a move" --episodes 2
  expect evaluate_renamedRun_endsWith0 "$code" 0
  ln -s "$work/after a move" "$work/link to it"
  run "$bin/tarsus-lab" evaluate "$work/link to it" --episodes 2
  expect evaluate_linkToARun_endsWith0 "$code" 0
  run "$bin/tarsus-lab" train --resume --out "$work/after a move"
  expect train_resumeOfAFinishedRun_endsWith0 "$code" 0
  expect train_resumeOfAFinishedRun_saysSo "$(grep -c 'steps were done before; nothing was left' "$work/err")" 1
  expect train_resumeOfAFinishedRun_saysWhereItsPageIs "$(grep -c 'after a move/replay.html$' "$work/err")" 1
}

# begin_copy: programs with all they need, as in a checkout that was moved, in $place
begin_copy() {
  place="$work/Räume & Wege"
  if [[ -d $place ]]; then return; fi
  mkdir -p "$place/.build/copy/release" "$place/.mujoco"
  cp "$bin/tarsus" "$bin/tarsus-lab" "$place/.build/copy/release"
  cp -r .mujoco/lib "$place/.mujoco"
  cp -r sim "$place"
  # Those who are not root look at it as well.
  chmod -R a+rX "$place"
}

# as_nobody: a user without rights into ${nobody[@]}, where this one may become another
as_nobody() {
  nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups --)
  [[ $(id -u) -eq 0 ]] && chmod a+x "$work"
}

# cycle NAME COMMAND...: a training, its policy's figures and a walk with its log, all begun by COMMAND,
# from and in folders that it may use
cycle() {
  local name=$1 here=$work/$1 served walked
  shift
  local programs=$place/.build/copy/release own=$place/sim/policies/spider.tarsus
  mkdir "$here"
  chmod 777 "$here"
  run "$@" "$programs/tarsus-lab" train spider --steps 2048 --out "$here/Lauf 1"
  local codes=$code
  run "$@" "$programs/tarsus-lab" evaluate "$own" --episodes 1 --duration 1
  codes+=" $code"
  begin "$name" "$@" "$programs/tarsus-lab" loopback spider --lockstep --link "$here/ärm port"
  served=$process
  until_true 10 test -e "$here/ärm port" || fail "$name" "$(cat "$work/$name.err")"
  run "$@" "$programs/tarsus" run "$own" --robot "$place/sim/robots/spider.yaml" --arm --unpaced \
    --port "$here/ärm port" --command 0.15,0,0 --duration 1 --log "$here/Gang.mcap"
  codes+=" $code"
  kill -INT "$served"
  ended_within "$served" 5
  codes+=" $code"
  run "$@" "$programs/tarsus" log check "$here/Gang.mcap" --policy "$own"
  walked=$code
  expect "${name}_trainsEvaluatesWalksAndLogs" "$codes $walked" '0 0 0 0 0'
}

check_moved_checkout() {
  begin_copy
  local found
  found=$(ldd "$place/.build/copy/release/tarsus-lab" | grep libmujoco)
  expect lab_movedCheckout_takesItsOwnLibrary \
    "$([[ $found == *"=> $place/"* ]] && echo own || echo "$found")" own
  cycle placeWithSpacesAndUmlauts env
}

check_nobody() {
  begin_copy
  as_nobody || return
  cycle userNobody "${nobody[@]}"
}

check_environment() {
  begin_copy
  # shellcheck disable=SC2016 # For the inner shell.
  cycle emptyEnvironmentAndUmask077 env -i PATH=/usr/bin:/bin bash -c 'umask 077; exec "$@"' -
  # One processor and 2 GB of addresses.
  # shellcheck disable=SC2016 # For the inner shell.
  cycle oneProcessorAnd2GB taskset -c 0 bash -c 'ulimit -v 2097152; exec "$@"' -
}

check_locales() {
  local locale differing=""
  # One that is not installed is the C library's own; the figures have a point in all.
  for locale in C C.UTF-8 de_DE.UTF-8 tr_TR.UTF-8 ar_EG.UTF-8; do
    run env LC_ALL="$locale" "$bin/tarsus-lab" evaluate "$policy" --episodes 1 --duration 1 --json
    [[ $locale == C ]] && cp "$work/out" "$work/locale.json"
    [[ $code -eq 0 ]] && cmp --quiet "$work/out" "$work/locale.json" || differing+=" $locale"
    run env LC_ALL="$locale" "$bin/tarsus" inspect "$policy" --robot "$robot"
    [[ $code -eq 0 ]] || differing+=" $locale"
  done
  expect figures_fiveLocales_areTheSame "$differing" ""
}

# limited LIMIT COMMAND...: under a limit such as '-f 8'
limited() {
  # shellcheck disable=SC2016 # For the inner shell.
  run bash -c 'ulimit $0 && exec "$@"' "$@"
}

check_limits() {
  # Files of at most 8 kB.
  limited '-f 8' "$bin/tarsus-lab" train spider --steps 2048 --out "$work/small"
  fits train_fileSizeLimit 1 "$work/err" 'cannot be written: .*[Ff]ile.*large'
  begin_loopback tight --lockstep
  limited '-f 8' "$bin/tarsus" run "$policy" --robot "$robot" --port "$work/tight.port" --arm \
    --unpaced --duration 1 --log "$work/tight.mcap"
  expect run_logBeyondTheFileSizeLimit_endsWith0 "$code" 0
  # Processor time: a walk that uses it up sits down first.
  limited '-St 2' "$bin/tarsus-lab" train CartPole-v1 --steps 100000000 --out "$work/timed"
  expect train_processorTimeLimit_endsAsWithASignal \
    "$code $(grep -c 'go on with --resume' "$work/err")" '0 1'
  local size
  for size in 256 64; do
    limited "-s $size" "$bin/tarsus" run "$policy" --robot "$robot" --port "$work/tight.port" \
      --arm --unpaced --duration 1
    expect "run_stackOf${size}kB_endsWith0" "$code" 0
    limited "-s $size" "$bin/tarsus-lab" train spider --steps 2048 --out "$work/stack-$size"
    expect "train_stackOf${size}kB_endsWith0" "$code" 0
    limited "-s $size" "$bin/tarsus-lab" evaluate "$policy" --episodes 2 --duration 1 --json
    expect "evaluate_stackOf${size}kB_endsWith0" "$code" 0
    limited "-s $size" "$bin/tarsus" inspect "$policy" --robot "$robot" --json
    expect "inspect_stackOf${size}kB_endsWith0" "$code" 0
    limited "-s $size" "$bin/tarsus-lab" steps CartPole-v1
    expect "steps_stackOf${size}kB_endsWith0" "$code" 0
  done
  kill -INT "$loopback"
  ended_within "$loopback" 5
  # shellcheck disable=SC2016 # For the inner shell.
  begin low bash -c 'ulimit -s 64 && exec "$@"' - "$bin/tarsus-lab" loopback spider --lockstep \
    --link "$work/low.port"
  loopback=$process
  until_true 5 test -e "$work/low.port" || fail loopback_stackOf64kB "$(cat "$work/low.err")"
  run "$bin/tarsus" run "$policy" --robot "$robot" --port "$work/low.port" --arm --unpaced --duration 1
  kill -INT "$loopback"
  ended_within "$loopback" 5
  expect loopback_stackOf64kB_servesAWalk "$code" 0
}

# A program that is stopped for longer than any answer may take, and goes on.
check_suspension() {
  begin_loopback asleep --lockstep
  begin_walk sleeper asleep --unpaced
  kill -STOP "$host"
  let_pass 3000
  kill -CONT "$host"
  let_pass 200
  expect run_suspended_walksOn "$(has_ended "$host" && cat "$work/sleeper.err")" ""
  kill -INT "$host"
  ended_within "$host" 5
  expect run_suspendedInLockstep_lostNothing \
    "$code $(figure "$work/sleeper.out" missed_replies)" "0 0"
  kill -INT "$loopback"
  ended_within "$loopback" 5
}

# The clock on the wall jumps an hour to and fro at each look; it is for time stamps alone.
check_clock_jumps() {
  command -v clang >"$work/out" || return 0
  cat >"$work/jumps.c" <<'C'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>
#include <sys/time.h>
static long hour(void) { static long looks; return looks++ % 2 ? 3600 : -3600; }
int clock_gettime(clockid_t clock, struct timespec *time) {
  int (*real)(clockid_t, struct timespec *) =
      (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
  int result = real(clock, time);
  if (clock == CLOCK_REALTIME) time->tv_sec += hour();
  return result;
}
int gettimeofday(struct timeval *restrict time, void *restrict zone) {
  struct timespec now;
  (void)zone;
  int result = clock_gettime(CLOCK_REALTIME, &now);
  time->tv_sec = now.tv_sec;
  time->tv_usec = now.tv_nsec / 1000;
  return result;
}
C
  clang -shared -fPIC -O1 "$work/jumps.c" -o "$work/jumps.so" 2>"$work/err" || {
    fail clock_jumps "$(head -n 1 "$work/err")"
    return
  }
  begin_copy
  cycle clockOnTheWallJumps env LD_PRELOAD="$work/jumps.so"
}

# shown COLUMNS KIND COMMAND...: what a terminal of that width and TERM shows of it, into $work/terminal
shown() {
  local columns=$1 kind=$2
  shift 2
  TERM=$kind script -qefc "stty cols $columns; $(printf '%q ' "$@")" "$work/terminal" \
    >"$work/out" 2>"$work/err" </dev/null
  code=$?
}

check_terminals() {
  shown 80 xterm "$bin/tarsus-lab" train CartPole-v1 --steps 20000 --out "$work/wide"
  expect train_80Columns_showsTheSecondsLeft \
    "$code $(grep -acE '█.*[0-9] s left' "$work/terminal" | sed 's/[1-9][0-9]*/shown/')" '0 shown'
  shown 30 xterm "$bin/tarsus-lab" train CartPole-v1 --steps 20000 --out "$work/narrow"
  expect train_30Columns_showsTheSecondsLeft \
    "$code $(grep -acE '[0-9] s left' "$work/terminal" | sed 's/[1-9][0-9]*/shown/')" '0 shown'
  shown 80 dumb "$bin/tarsus-lab" train CartPole-v1 --steps 20000 --out "$work/dumb"
  expect train_dumbTerminal_getsNoEscapeCodes "$code $(grep -ac $'\033' "$work/terminal")" '0 0'
  begin_loopback scanned --protocol dynamixel
  shown 80 dumb "$bin/tarsus" servo scan --ids 1-3 --bauds 1000000 --port "$work/scanned.port" \
    --protocol dynamixel
  expect servo_scanOnADumbTerminal_getsNoEscapeCodes "$code $(grep -ac $'\033' "$work/terminal")" '0 0'
  TERM=dumb begin watched script -qefc "stty cols 80; exec $(printf '%q ' "$bin/tarsus" servo monitor 1-2 \
    --port "$work/scanned.port" --protocol dynamixel)" "$work/terminal"
  until_true 10 grep -aq ' V ' "$work/terminal" || fail servo_monitor "$(cat "$work/terminal")"
  kill -TERM "$process"
  ended_within "$process" 5
  expect servo_monitorOnADumbTerminal_getsNoEscapeCodes "$(grep -ac $'\033' "$work/terminal")" 0
  kill -INT "$loopback"
  ended_within "$loopback" 5
}

check_newer_files() {
  cp "$policy" "$work/newer.tarsus"
  printf '\x63' | dd of="$work/newer.tarsus" bs=1 seek=8 conv=notrunc status=none
  run "$bin/tarsus" run "$work/newer.tarsus" --robot "$robot" --port "$work/none.port"
  fits run_policyOfANewerFormat 3 "$work/err" 'format 99 found.*this program is older than the policy: update it'
  "$bin/tarsus-lab" train CartPole-v1 --steps 0 --out "$work/newer" 2>"$work/err"
  local checkpoint
  for checkpoint in "$work"/newer/checkpoint-*; do
    printf 9 | dd of="$checkpoint" bs=1 seek=7 conv=notrunc status=none
  done
  run "$bin/tarsus-lab" evaluate "$work/newer" --episodes 1
  fits evaluate_runOfANewerFormat 1 "$work/err" 'format 9 found.*this program is older than the run: update it'
}

# check_deleted_folder check_commit check_setup check_shared_run check_moved_checkout check_nobody
# check_environment check_locales check_limits check_suspension check_clock_jumps check_terminals
# check_newer_files
