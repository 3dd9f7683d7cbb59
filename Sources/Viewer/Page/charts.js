"use strict";

/// A chart in a card: a title, the values at the cursor, and curves.
class Chart {
  // lines: [{ values, colour, width, label, dots }], values by index; null where there is none.
  constructor(parent, title, lines, { unit = "", digits = 2, bands = null, times = null } = {}) {
    Object.assign(this, { lines, unit, digits, bands, times });
    const card = parent.appendChild(document.createElement("div"));
    card.className = "chart";
    const heading = card.appendChild(document.createElement("h2"));
    heading.append(title);
    this.legend = heading.appendChild(document.createElement("span"));
    this.canvas = card.appendChild(document.createElement("canvas"));
    this.canvas.setAttribute("aria-label", title);
    this.range = bands ? [0, bands.length] : Chart.range(lines);
  }

  // Pixels beside the curves: numbers on the left, half a number on the right.
  static left = 40;
  static right = 16;

  static range(lines) {
    let [low, high] = [Infinity, -Infinity];
    for (const { values } of lines) {
      for (const value of values) {
        if (value === null) continue;
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
    if (!(low <= high)) return [0, 1];
    const margin = Math.max(0.08 * (high - low), 0.02 * Math.abs(high), 1e-3);
    return [low - margin, high + margin];
  }

  /// The place in the drawn part, from 0 to 1, of a pointer's event.
  share(event) {
    const left = this.bands ? this.gutter(this.canvas.getContext("2d")) : Chart.left;
    return (event.offsetX - left) / (this.canvas.clientWidth - left - Chart.right);
  }

  number(value) {
    return value === null || value === undefined ? "–" : value.toFixed(this.digits) + this.unit;
  }

  /// Draws the part between two places, with the cursor at a third; `null` shows none.
  draw(from, to, cursor, colours) {
    const canvas = this.canvas;
    const scale = Math.min(2, window.devicePixelRatio || 1);
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (width === 0) return;
    const wanted = [Math.round(width * scale), Math.round(height * scale)];
    if (canvas.width !== wanted[0] || canvas.height !== wanted[1]) [canvas.width, canvas.height] = wanted;
    const pen = canvas.getContext("2d");
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.clearRect(0, 0, width, height);
    pen.font = "11px system-ui, sans-serif";
    const left = this.bands ? this.gutter(pen) : Chart.left;
    const area = { left, top: 6, right: width - Chart.right, bottom: height - (this.times ? 20 : 6) };
    const x = (at) => area.left + ((at - from) / Math.max(1, to - from)) * (area.right - area.left);
    const [low, high] = this.range;
    const y = (value) => area.bottom - ((value - low) / (high - low)) * (area.bottom - area.top);
    if (this.bands) {
      this.drawBands(pen, from, to, x, area, colours);
    } else {
      this.drawScale(pen, y, area, colours);
      for (const line of this.lines) this.drawLine(pen, line, from, to, x, y, area, colours);
    }
    if (this.times) this.drawTimes(pen, from, to, x, area, colours);
    if (cursor !== null) {
      pen.strokeStyle = colours.quiet;
      pen.lineWidth = 1;
      pen.beginPath();
      pen.moveTo(x(this.place(cursor)), area.top);
      pen.lineTo(x(this.place(cursor)), area.bottom);
      pen.stroke();
    }
    this.writeLegend(cursor);
  }

  // Where a value lies from left to right: by its time, or by its number where there are no times.
  place(index) { return this.times ? this.times[index] : index; }

  gutter(pen) { return 12 + Math.max(...this.bands.map((band) => pen.measureText(band.label).width)); }

  writeLegend(cursor) {
    if (this.bands) return;
    const parts = this.lines.filter((line) => line.label !== undefined).map((line) => {
      const value = cursor === null ? undefined : line.values[Math.round(cursor)];
      const part = document.createElement("span");
      part.className = line.colour === "second" ? "key-second" : line.colour === "first" ? "key-first" : "";
      part.textContent = [line.label, cursor === null ? "" : this.number(value)].join(" ").trim();
      return part;
    });
    this.legend.replaceChildren(...parts.flatMap((part, index) => (index ? ["  ", part] : [part])));
  }

  static steps(low, high, most) {
    const rough = (high - low) / most;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((factor) => factor * power).find((value) => value >= rough);
    const out = [];
    for (let at = Math.ceil(low / step) * step; at <= high; at += step) out.push(at);
    return { out, digits: Math.max(0, -Math.floor(Math.log10(step) + 1e-9)) };
  }

  drawScale(pen, y, area, colours) {
    const most = Math.max(2, Math.floor((area.bottom - area.top) / 18));
    const { out, digits } = Chart.steps(...this.range, most);
    pen.textAlign = "right";
    pen.textBaseline = "middle";
    for (const value of out) {
      pen.strokeStyle = colours.line;
      pen.lineWidth = 1;
      pen.beginPath();
      pen.moveTo(area.left, y(value));
      pen.lineTo(area.right, y(value));
      pen.stroke();
      pen.fillStyle = colours.quiet;
      const small = Math.abs(value) < 1e-9 ? 0 : value;
      pen.fillText(small.toFixed(digits), area.left - 5, y(value));
    }
  }

  drawTimes(pen, from, to, x, area, colours) {
    const places = Math.max(2, Math.floor((area.right - area.left) / 90));
    const { out } = Chart.steps(from, Math.max(from + 1, to), places);
    pen.textAlign = "center";
    pen.textBaseline = "top";
    pen.fillStyle = colours.quiet;
    for (const mark of out) pen.fillText(short(mark), x(mark), area.bottom + 5);
  }

  drawLine(pen, line, from, to, x, y, area, colours) {
    const values = line.values;
    const end = values.length - 1;
    const [first, last] =
      this.times ? [0, end] : [Math.max(0, Math.floor(from)), Math.min(end, Math.ceil(to))];
    const isLone = values.filter((value) => value !== null).length === 1;
    pen.save();
    pen.beginPath();
    pen.rect(area.left - 4, area.top - 4, area.right - area.left + 8, area.bottom - area.top + 8);
    pen.clip();
    pen.strokeStyle = pen.fillStyle = colours[line.colour];
    pen.globalAlpha = line.faint ? 0.35 : 1;
    pen.lineWidth = line.width || 1.5;
    pen.setLineDash(line.dashed ? [5, 3] : []);
    pen.beginPath();
    let isDown = false;
    for (let index = first; index <= last; index++) {
      const value = values[index];
      if (value === null) continue;
      const at = x(this.place(index));
      if (line.dots || isLone) {
        pen.moveTo(at + 3, y(value));
        pen.arc(at, y(value), 3, 0, 7);
      } else if (isDown) {
        pen.lineTo(at, y(value));
      } else {
        pen.moveTo(at, y(value));
        isDown = true;
      }
    }
    if (line.dots || isLone) pen.fill(); else pen.stroke();
    pen.restore();
  }

  drawBands(pen, from, to, x, area, colours) {
    const height = (area.bottom - area.top) / this.bands.length;
    pen.textAlign = "left";
    pen.textBaseline = "middle";
    this.bands.forEach((band, row) => {
      const top = area.top + row * height;
      pen.fillStyle = colours.quiet;
      pen.fillText(band.label, 2, top + height / 2);
      pen.fillStyle = colours.line;
      pen.fillRect(area.left, top + height / 2, area.right - area.left, 1);
      pen.fillStyle = colours.first;
      const last = Math.min(band.values.length - 1, Math.ceil(to));
      for (let index = Math.max(0, Math.floor(from)); index <= last; index++) {
        if (!band.values[index]) continue;
        const [start, end] = [Math.max(area.left, x(index - 0.5)), Math.min(area.right, x(index + 0.5))];
        if (end > start) pen.fillRect(start, top + 0.18 * height, end - start + 0.5, 0.64 * height);
      }
    });
  }
}

function short(value) {
  if (Math.abs(value) >= 1e6) return +(value / 1e6).toPrecision(3) + " M";
  if (Math.abs(value) >= 1e3) return +(value / 1e3).toPrecision(3) + " k";
  return String(+value.toPrecision(3));
}
