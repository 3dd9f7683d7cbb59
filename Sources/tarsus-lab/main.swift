import Foundation
import Locomotion
import RobotDescription
import PolicyNetwork
import Training

var robot = Robot(body: Label("spider"), controlPeriodMicroseconds: 20000, supplyMinMillivolts: 3800)
let parts: [(String, Float, Float, Float, Float)] = [
  ("coxa", -0.8, 0.8, 0, 0), ("femur", -1.3, 0.8, -0.5, -1), ("tibia", -0.8, 1.3, 0.5, 0.4),
]
var id: UInt8 = 1
for leg in ["front_left", "rear_left", "rear_right", "front_right"] {
  for part in parts {
    _ = robot.append(
      Joint(
        name: Label("\(leg)_\(part.0)")!,
        servo: ServoCalibration(id: id, isReversed: false, zeroTicks: 2048, positionGain: 800),
        lowerLimitRadians: part.1, upperLimitRadians: part.2, standingRadians: part.3,
        restingRadians: part.4, slewMaxRadiansPerSecond: 8))
    id += 1
  }
}
var options: [String: String] = [:]
for a in CommandLine.arguments.dropFirst() {
  let kv = a.split(separator: "=", maxSplits: 1).map(String.init)
  options[kv[0]] = kv[1]
}
@MainActor func f(_ k: String, _ d: Float) -> Float { options[k].map { Float($0)! } ?? d }
@MainActor func i(_ k: String, _ d: Int) -> Int { options[k].map { Int($0)! } ?? d }
var tc = TaskConfiguration()
tc.actionScale = f("scale", tc.actionScale)
tc.reward.progress = f("progress", tc.reward.progress)
tc.reward.alive = f("alive", tc.reward.alive)
tc.reward.drift = f("drift", tc.reward.drift)
tc.reward.turning = f("turning", tc.reward.turning)
tc.reward.tilt = f("tilt", tc.reward.tilt)
tc.reward.bounce = f("bounce", tc.reward.bounce)
tc.reward.targetChange = f("change", tc.reward.targetChange)
tc.reward.jointRate = f("rate", tc.reward.jointRate)
tc.velocitySmoothing = f("smooth", tc.velocitySmoothing)
var lc = LearnerConfiguration()
lc.environmentCount = i("n", lc.environmentCount)
lc.ticksPerUpdate = i("t", lc.ticksPerUpdate)
lc.divergenceTarget = f("kl", lc.divergenceTarget)
lc.divergenceFinalShare = f("klend", lc.divergenceFinalShare)
lc.learningRate = f("lr", lc.learningRate)
lc.learningRateMax = f("lrmax", lc.learningRateMax)
lc.discount = f("gamma", lc.discount)
lc.lambda = f("lambda", lc.lambda)
lc.logDeviationStart = f("std", lc.logDeviationStart)
lc.gradientNormMax = f("clip", lc.gradientNormMax)
lc.entropyWeight = f("ent", lc.entropyWeight)
let stepsMax = i("steps", 2_000_000)
let task = LocomotionTask(
  robot: robot, modelPath: options["model"] ?? "sim/bodies/spider.xml", configuration: tc)
let trainer = try Trainer(
  task: task, configuration: lc, seed: UInt64(i("seed", 0)), stepsMax: stepsMax,
  threadCount: i("threads", 0))
let start = Date()
var tally = EpisodeTally()
var count = 0
var kl: Float = 0
var updates = 0
var next = stepsMax / 20
while trainer.steps < stepsMax {
  let p = try trainer.update()
  count += p.episodes.count
  tally.count += p.episodes.count
  tally.falls += p.episodes.falls
  tally.reward += p.episodes.reward
  tally.ticks += p.episodes.ticks
  kl += p.divergence
  updates += 1
  if p.steps >= next {
    next += stepsMax / 20
    let n = Double(max(1, tally.count))
    print(
      String(
        format:
          "%7d %6.1fs %6.0f/s ret %6.2f len %5.0f falls %4d/%4d kl %.4f ev %5.2f std %.2f lr %.5f g %.2f | %@",
        p.steps, Date().timeIntervalSince(start),
        Double(p.steps) / Date().timeIntervalSince(start), tally.reward / n,
        Double(tally.ticks) / n, tally.falls, tally.count, kl / Float(updates),
        p.explainedVariance, p.deviation, p.learningRate, p.gradientNorm,
        ""))
    tally = EpisodeTally()
    kl = 0
    updates = 0
  }
}

let bytes = try trainer.freeze(Provenance())
try Data(bytes).write(to: URL(fileURLWithPath: options["out"] ?? "/tmp/p.tarsus"))
tc.episodeTicksMax = 750
tc.startAngleNoiseRadians = 0.05
let evaluationTask = LocomotionTask(
  robot: robot, modelPath: options["model"] ?? "sim/bodies/spider.xml", configuration: tc)
try unsafe bytes.withUnsafeBytes {
  let policy = try unsafe PolicyFile(validating: $0)
  print(
    try Evaluation.run(
      policy, task: evaluationTask, command: VelocityCommand(forward: 0.15), episodes: 16, seed: 9,
      threadCount: 0))
}
