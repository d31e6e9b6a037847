import { expect, test } from 'vitest'
import { fixOf } from './failures.ts'

// What kind v0.30.0 and Docker 28 said on a machine that lacked each.
test.each([
  [
    'ERROR: failed to list clusters: command "docker ps -a" failed: Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
    /Docker is not running/,
  ],
  [
    'ERROR: failed to create cluster: failed to pull image "kindest/node:v9.9.9": command "docker pull kindest/node:v9.9.9" failed with error: exit status 1',
    /kindest\/node:v9.9.9 is not here and cannot be pulled: set CARMINE_KIND_NODE_IMAGE/,
  ],
  [
    'docker: Error response from daemon: driver failed programming external connectivity on endpoint demo: Bind for 127.0.0.1:6443 failed: port is already allocated.',
    /a port .* is taken/,
  ],
  ['failed to copy files: write /var/lib/docker/overlay2/x: no space left on device', /the disk is full/],
  ['Failed to create control group inotify object: Too many open files', /fs\.inotify\.max_user_instances=512/],
  [
    'ERROR: failed to create cluster: failed to init node with kubeadm: command "docker exec demo-control-plane kubeadm init" failed',
    /the node did not start: `carmine doctor`/,
  ],
  ['ERROR: something that nobody foresaw', /^`carmine doctor`/],
])('%s', (said, fix) => {
  expect(fixOf(said, { nodeImage: 'kindest/node:v9.9.9' })).toMatch(fix)
})
