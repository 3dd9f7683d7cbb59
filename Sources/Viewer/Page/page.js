"use strict";

/// The frames of a recording: rows of numbers, read by time.
class Frames {
  constructor(recording) {
    const bytes = Uint8Array.from(atob(recording.frames), (letter) => letter.charCodeAt(0));
    this.numbers = new Float32Array(bytes.buffer);
    this.starts = {};
    this.widths = {};
    this.width = 0;
    for (const { name, width } of recording.groups) {
      this.starts[name] = this.width;
      this.widths[name] = width;
      this.width += width;
    }
    this.count = this.numbers.length / this.width;
    this.tickSeconds = recording.tick_seconds;
  }

  at(frame, group, index) {
    return this.numbers[frame * this.width + this.starts[group] + index];
  }

  column(group, index) {
    return Array.from({ length: this.count }, (_, frame) => this.at(frame, group, index));
  }

  between(moment) {
    const first = Math.min(this.count - 1, Math.max(0, Math.floor(moment)));
    return [first, Math.min(this.count - 1, first + 1), Math.min(1, Math.max(0, moment - first))];
  }

  place(moment, part) {
    const [first, next, share] = this.between(moment);
    return [0, 1, 2].map((axis) => {
      const a = this.at(first, "parts", 7 * part + axis);
      return a + share * (this.at(next, "parts", 7 * part + axis) - a);
    });
  }

  attitude(moment, part) {
    const [first, next, share] = this.between(moment);
    const read = (frame) => [3, 4, 5, 6].map((axis) => this.at(frame, "parts", 7 * part + axis));
    const [a, b] = [read(first), read(next)];
    const side = a.reduce((sum, value, axis) => sum + value * b[axis], 0) < 0 ? -1 : 1;
    return unit(a.map((value, axis) => value + share * (side * b[axis] - value)));
  }

  // Where the camera looks: the torso, steadied over a second.
  middle(moment) {
    const half = Math.max(1, Math.round(0.5 / this.tickSeconds));
    const sum = [0, 0, 0];
    for (let step = -8; step <= 8; step++) {
      this.place(moment + (step / 8) * half, 1).forEach((value, axis) => { sum[axis] += value / 17; });
    }
    return sum;
  }
}

/// Colours of the theme in force, as the style sheet has them.
function themeColours() {
  const style = getComputedStyle(document.documentElement);
  const read = (name) => style.getPropertyValue(`--${name}`).trim();
  const numbers = (name) => [1, 3, 5].map((at) => parseInt(read(name).slice(at, at + 2), 16) / 255);
  return {
    first: read("first"), second: read("second"), quiet: read("quiet"), line: read("line"),
    sky: numbers("sky"), tileA: numbers("tile-a"), tileB: numbers("tile-b"),
  };
}

const find = (id) => document.getElementById(id);
const recording = JSON.parse(find("recording").textContent);
const frames = new Frames(recording);
recording.frames = frames;
let colours = themeColours();
let moment = 0;
let isPlaying = true;
let isDirty = true;
const windowSeconds = 4;

find("name").textContent = recording.name;
find("facts").textContent = recording.facts.join(" · ");

let scene = null;
try {
  scene = new Scene(find("scene"), recording);
  find("scale").textContent =
    scene.tile < 1 ? `tiles of ${Math.round(100 * scene.tile)} cm` : `tiles of ${scene.tile} m`;
} catch (error) {
  find("trouble").textContent = error.message;
  find("trouble").hidden = false;
}

const motionCharts = [];
const axes = [["forward", " m/s"], ["left", " m/s"], ["turn", " rad/s"]];
for (let axis = 0; axis < frames.widths.velocity; axis++) {
  const lines = [{ values: frames.column("velocity", axis), colour: "first", label: "is" }];
  if (frames.widths.command > axis) {
    lines.unshift({
      values: frames.column("command", axis), colour: "second", width: 2, dashed: true,
      label: "asked",
    });
  }
  motionCharts.push(new Chart(find("speeds"), axes[axis][0], lines, { unit: axes[axis][1] }));
}
if (frames.widths.feet > 0) {
  const bands = recording.feet.map((label, index) => ({ label, values: frames.column("feet", index) }));
  motionCharts.push(new Chart(find("feet"), "feet on the ground", [], { bands }));
}
recording.joints.forEach((name, joint) => {
  const lines = [{ values: frames.column("angles", joint), colour: "first", label: "is" }];
  if (frames.widths.targets > 0) {
    lines.unshift({
      values: frames.column("targets", joint), colour: "second", width: 1, label: "target",
    });
  }
  motionCharts.push(new Chart(find("joints"), name, lines, { unit: " rad" }));
});

// The mean of a twentieth of the values, half of them before and half after each.
function smooth(values) {
  const half = Math.max(1, Math.round(values.length / 40));
  return values.map((value, index) => {
    if (value === null) return null;
    const near = values.slice(Math.max(0, index - half), index + half + 1).filter((other) => other !== null);
    return near.reduce((sum, other) => sum + other, 0) / near.length;
  });
}

const learningCharts = [];
let learningCursor = null;
const curves = recording.curves;
if (curves) {
  find("tabs").hidden = false;
  const add = (title, name, evaluation, digits) => {
    const values = curves[name];
    if (!values || values.every((value) => value === null)) return;
    const lines = [
      { values, colour: "first", faint: true, width: 1, label: "each" },
      { values: smooth(values), colour: "first", width: 2, label: "smoothed" },
    ];
    if (curves[evaluation] && curves[evaluation].some((value) => value !== null)) {
      lines.push({ values: curves[evaluation], colour: "second", dots: true, label: "without noise" });
    }
    const chart = new Chart(find("learning"), title, lines, { digits, times: curves.steps });
    const point = (event) => {
      const steps = curves.steps[0] + chart.share(event) * (curves.steps.at(-1) - curves.steps[0]);
      const after = curves.steps.findIndex((step) => step >= steps);
      learningCursor = after < 0 ? curves.steps.length - 1 : after;
      isDirty = true;
    };
    chart.canvas.addEventListener("pointerdown", point);
    chart.canvas.addEventListener("pointermove", point);
    chart.canvas.addEventListener("pointerleave", (event) => {
      // A finger has to leave the glass to read what it points at.
      if (event.pointerType === "touch") return;
      learningCursor = null;
      isDirty = true;
    });
    learningCharts.push(chart);
  };
  add("return of an episode", "return", "evaluation_return", 1);
  add("length of an episode, ticks", "length", "evaluation_length", 0);
  add("divergence of an update, nats", "kl", null, 4);
  add("explained variance", "explained_variance", null, 3);
  add("standard deviation of actions", "deviation", null, 3);
  // The reward's terms, sums of an episode that make its return; those that rule come first.
  const size = (name) => curves[name].reduce((sum, value) => sum + Math.abs(value ?? 0), 0);
  Object.keys(curves).filter((name) => name.startsWith("reward_"))
    .sort((one, other) => size(other) - size(one))
    .forEach((name) => add(`return from ${name.slice(7).replaceAll("_", " ")}`, name, null, 2));
}

function show(tab) {
  for (const name of ["motion", "learning"]) {
    find(name).hidden = name !== tab;
    find(`tab-${name}`).setAttribute("aria-selected", String(name === tab));
  }
  isDirty = true;
}
for (const name of ["motion", "learning"]) find(`tab-${name}`).addEventListener("click", () => show(name));

const lastMoment = frames.count - 1;
find("scrubber").max = lastMoment;
function seek(to) {
  moment = Math.min(lastMoment, Math.max(0, to));
  isDirty = true;
}
function play(on) {
  isPlaying = on;
  if (on && moment >= lastMoment) moment = 0;
  find("play").textContent = on ? "❚❚" : "▶";
  isDirty = true;
}
find("play").addEventListener("click", () => play(!isPlaying));
find("scrubber").addEventListener("input", (event) => {
  play(false);
  seek(Number(event.target.value));
});
find("home").addEventListener("click", () => scene && scene.home());
document.addEventListener("keydown", (event) => {
  if (event.target.closest("input, select")) return;
  if (event.target.closest("button") && event.key === " ") return;
  // With these the keys are the browser's own: Alt and left goes back.
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  if (find("motion").hidden) return;
  const second = 1 / frames.tickSeconds;
  const actions = {
    " ": () => play(!isPlaying),
    ArrowLeft: () => { play(false); seek(Math.ceil(moment) - 1); },
    ArrowRight: () => { play(false); seek(Math.floor(moment) + 1); },
    Home: () => seek(0),
    End: () => seek(lastMoment),
    ",": () => seek(moment - second),
    ".": () => seek(moment + second),
  };
  if (!actions[event.key]) return;
  event.preventDefault();
  actions[event.key]();
});
for (const chart of motionCharts) {
  chart.canvas.addEventListener("click", (event) => {
    const [from, to] = shownRange();
    play(false);
    seek(from + chart.share(event) * (to - from));
  });
}
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  colours = themeColours();
  isDirty = true;
});
window.addEventListener("resize", () => { isDirty = true; });

// The charts show a few seconds around the moment.
function shownRange() {
  const length = Math.min(lastMoment, windowSeconds / frames.tickSeconds);
  const from = Math.min(lastMoment - length, Math.max(0, moment - length / 2));
  return [from, Math.max(from + 1, from + length)];
}

let before = null;
function tick(now) {
  const seconds = before === null ? 0 : Math.min(0.1, (now - before) / 1000);
  before = now;
  if (isPlaying && seconds > 0) {
    seek(moment + (seconds * Number(find("speed").value)) / frames.tickSeconds);
    if (moment >= lastMoment) play(false);
  }
  if (!find("motion").hidden) {
    if (scene) scene.draw(moment, colours);
    if (isDirty) {
      const [from, to] = shownRange();
      for (const chart of motionCharts) chart.draw(from, to, moment, colours);
      find("scrubber").value = moment;
      const time = (at) => (at * frames.tickSeconds).toFixed(2);
      find("time").textContent = `${time(moment)} / ${time(lastMoment)} s`;
    }
  } else if (isDirty) {
    for (const chart of learningCharts) {
      chart.draw(curves.steps[0], curves.steps.at(-1), learningCursor, colours);
    }
  }
  isDirty = false;
  requestAnimationFrame(tick);
}
play(true);
requestAnimationFrame(tick);
