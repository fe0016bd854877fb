#!/bin/bash
# One node's part of a training on several: NODES=19 HEAD=first-node:29400 JOB=name OUT=/shared/orca3 node.sh WORDS…
# where the words are those of `train`, without --out. PER_NODE (8) processes are started.
#
# Ends with 0 where the run is finished, with 75 where it stopped well before its end (start it again, on all nodes, and
# it goes on), and with another number where it failed. SIGTERM stops it at the next batch, with a checkpoint.
set -uo pipefail
: "${NODES:?how many nodes}" "${HEAD:?the address of the first: HOST:PORT}" "${JOB:?a name for this start}" "${OUT:?its folder}"

# torchrun gives processes half a minute after a signal; a step and its checkpoint take longer.
export TORCH_ELASTIC_SHUTDOWN_TIMEOUT=${TORCH_ELASTIC_SHUTDOWN_TIMEOUT:-570}
export HF_HUB_OFFLINE=${HF_HUB_OFFLINE:-1}      # so many processes must not ask a hub: fetch the model before
export OMP_NUM_THREADS=${OMP_NUM_THREADS:-8}

# In a session of its own, so that it hears a signal once, from us: a second one would cut its shutdown short.
setsid torchrun --nnodes "$NODES" --nproc-per-node "${PER_NODE:-8}" --rdzv-id "$JOB" --rdzv-backend c10d \
  --rdzv-endpoint "$HEAD" -m training train "$@" --out="$OUT" &
child=$!
stopped=
trap 'trap "" TERM INT; stopped=yes; kill -TERM "$child"' TERM INT

wait "$child"
status=$?
if [ -n "$stopped" ]; then  # the trap ended the first wait
  wait "$child"
  status=0
fi
[ "$status" -ne 0 ] && exit "$status"
[ -n "$stopped" ] && WAIT=0
for ((left = ${WAIT:-60}; ; left -= 5)); do  # what the first node wrote is seen late through some shared disks
  ls "$OUT/model" > /dev/null 2>&1
  [ -e "$OUT/model/tokenizer_config.json" ] && exit 0  # written last
  [ "$left" -le 0 ] && exit 75
  sleep 5
done
