"use strict";

// Vectors are arrays, matrices have 16 numbers by columns. z is up.
const Matrix = {
  product(a, b) {
    const out = new Float32Array(16);
    for (let column = 0; column < 4; column++) {
      for (let row = 0; row < 4; row++) {
        let sum = 0;
        for (let k = 0; k < 4; k++) sum += a[4 * k + row] * b[4 * column + k];
        out[4 * column + row] = sum;
      }
    }
    return out;
  },
  pose(place, q) {
    const [w, x, y, z] = q;
    return new Float32Array([
      1 - 2 * (y * y + z * z), 2 * (x * y + w * z), 2 * (x * z - w * y), 0,
      2 * (x * y - w * z), 1 - 2 * (x * x + z * z), 2 * (y * z + w * x), 0,
      2 * (x * z + w * y), 2 * (y * z - w * x), 1 - 2 * (x * x + y * y), 0,
      place[0], place[1], place[2], 1,
    ]);
  },
  perspective(angle, aspect, near, far) {
    const f = 1 / Math.tan(angle / 2);
    const out = new Float32Array(16);
    out[0] = f / aspect;
    out[5] = f;
    out[10] = (far + near) / (near - far);
    out[11] = -1;
    out[14] = (2 * far * near) / (near - far);
    return out;
  },
  look(eye, target) {
    const back = unit(eye.map((value, axis) => value - target[axis]));
    const right = unit([-back[1], back[0], 0]);
    const up = [
      back[1] * right[2] - back[2] * right[1], back[2] * right[0] - back[0] * right[2],
      back[0] * right[1] - back[1] * right[0],
    ];
    const dot = (v) => -(v[0] * eye[0] + v[1] * eye[1] + v[2] * eye[2]);
    return new Float32Array([
      right[0], up[0], back[0], 0, right[1], up[1], back[1], 0, right[2], up[2], back[2], 0,
      dot(right), dot(up), dot(back), 1,
    ]);
  },
  // Flattens onto the ground along the light.
  shadow(light, height) {
    return new Float32Array([
      1, 0, 0, 0, 0, 1, 0, 0, -light[0] / light[2], -light[1] / light[2], 0, 0,
      (light[0] / light[2]) * height, (light[1] / light[2]) * height, height, 1,
    ]);
  },
};

function unit(v) {
  const length = Math.hypot(...v) || 1;
  return v.map((value) => value / length);
}

// Triangles: places and normals, six numbers a corner.
const Mesh = {
  // A surface of revolution: rings of [radius, z, normal outward, normal along z].
  rings(rings) {
    const around = 24;
    const out = [];
    const corner = (ring, step) => {
      const angle = (2 * Math.PI * step) / around;
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      out.push(ring[0] * c, ring[0] * s, ring[1], ring[2] * c, ring[2] * s, ring[3]);
    };
    for (let i = 0; i + 1 < rings.length; i++) {
      for (let step = 0; step < around; step++) {
        corner(rings[i], step);
        corner(rings[i], step + 1);
        corner(rings[i + 1], step + 1);
        corner(rings[i], step);
        corner(rings[i + 1], step + 1);
        corner(rings[i + 1], step);
      }
    }
    return out;
  },
  capsule(radius, half) {
    const rings = [];
    for (let i = 0; i <= 16; i++) {
      const angle = Math.PI * (i / 16 - 0.5);
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      if (i === 8) rings.push([radius, -half, 1, 0]);
      rings.push([radius * c, radius * s + (i < 8 ? -half : half), c, s]);
    }
    return Mesh.rings(rings);
  },
  cylinder(radius, half) {
    return Mesh.rings([
      [0, -half, 0, -1], [radius, -half, 0, -1], [radius, -half, 1, 0], [radius, half, 1, 0],
      [radius, half, 0, 1], [0, half, 0, 1],
    ]);
  },
  ellipsoid(size) {
    const corners = Mesh.capsule(1, 0);
    for (let i = 0; i < corners.length; i += 6) {
      const normal = [0, 1, 2].map((axis) => corners[i + axis] / size[axis]);
      unit(normal).forEach((value, axis) => {
        corners[i + axis] *= size[axis];
        corners[i + 3 + axis] = value;
      });
    }
    return corners;
  },
  box(size) {
    const out = [];
    for (let axis = 0; axis < 3; axis++) {
      for (const side of [-1, 1]) {
        const [u, v] = [(axis + 1) % 3, (axis + 2) % 3];
        for (const [a, b] of [[-1, -1], [1, -1], [1, 1], [-1, -1], [1, 1], [-1, 1]]) {
          const place = [0, 0, 0];
          const normal = [0, 0, 0];
          place[axis] = side * size[axis];
          place[u] = a * side * size[u];
          place[v] = b * size[v];
          normal[axis] = side;
          out.push(...place, ...normal);
        }
      }
    }
    return out;
  },
  of(shape) {
    switch (shape.kind) {
      case "sphere": return Mesh.capsule(shape.size[0], 0);
      case "capsule": return Mesh.capsule(shape.size[0], shape.size[1]);
      case "cylinder": return Mesh.cylinder(shape.size[0], shape.size[1]);
      case "ellipsoid": return Mesh.ellipsoid(shape.size);
      default: return Mesh.box(shape.size);
    }
  },
};

const vertexSource = `#version 300 es
in vec3 place;
in vec3 normal;
uniform mat4 model;
uniform mat4 camera;
out vec3 worldNormal;
out vec3 world;
void main() {
  vec4 at = model * vec4(place, 1.0);
  world = at.xyz;
  worldNormal = mat3(model) * normal;
  gl_Position = camera * at;
}`;

const fragmentSource = `#version 300 es
precision highp float;
in vec3 worldNormal;
in vec3 world;
uniform vec4 colour;
uniform vec3 light;
uniform vec3 eye;
uniform vec3 sky;
uniform vec3 tiles[2];
uniform float tile;
uniform float reach;
uniform int kind;
out vec4 shade;
void main() {
  float far = smoothstep(0.4 * reach, reach, distance(world, eye));
  if (kind == 1) {
    vec2 at = world.xy / tile;
    vec2 blur = fwidth(at) + 1e-5;
    vec2 wave = 2.0 * (abs(fract((at - 0.5 * blur) * 0.5) - 0.5) - abs(fract((at + 0.5 * blur) * 0.5) - 0.5)) / blur;
    float mixed = 0.5 - 0.5 * wave.x * wave.y;
    shade = vec4(mix(mix(tiles[0], tiles[1], clamp(mixed, 0.0, 1.0)), sky, far), 1.0);
  } else if (kind == 2) {
    shade = vec4(0.0, 0.0, 0.0, 0.32 * (1.0 - far));
  } else {
    vec3 n = normalize(worldNormal);
    vec3 toEye = normalize(eye - world);
    float sun = max(dot(n, light), 0.0);
    float above = 0.5 + 0.5 * n.z;
    float gloss = pow(max(dot(n, normalize(light + toEye)), 0.0), 32.0);
    shade = vec4(mix(colour.rgb * (0.34 + 0.26 * above + 0.55 * sun) + 0.12 * gloss, sky, far), 1.0);
  }
}`;

/// Draws the body of a recording into a canvas.
class Scene {
  constructor(canvas, recording) {
    this.canvas = canvas;
    this.recording = recording;
    this.light = unit([0.35, -0.45, 1]);
    this.size = this.measure();
    this.home();
    this.tile = [0.02, 0.05, 0.1, 0.2, 0.5, 1].find((tile) => tile > 0.28 * this.size) || 2;
    this.begin();
    canvas.addEventListener("webglcontextlost", (event) => event.preventDefault());
    canvas.addEventListener("webglcontextrestored", () => this.begin());
    this.listen();
  }

  // How far the body reaches from its torso, in metres.
  measure() {
    const { shapes, frames } = this.recording;
    const torso = frames.place(0, 1);
    let size = 0.05;
    for (const shape of shapes) {
      if (shape.part === 0) continue;
      const place = frames.place(0, shape.part);
      const [first, second] = shape.size;
      const reach = shape.kind === "capsule" ? first + second : Math.max(...shape.size);
      const own = Math.hypot(...shape.position) + reach;
      size = Math.max(size, Math.hypot(...place.map((v, axis) => v - torso[axis])) + own);
    }
    return size;
  }

  home() {
    this.azimuth = -0.9;
    this.elevation = 0.38;
    this.distance = 3.4 * this.size;
  }

  begin() {
    const gl = this.canvas.getContext("webgl2", { antialias: true, stencil: true, alpha: false });
    if (!gl) throw new Error("This browser has no WebGL 2, which draws the body.");
    this.gl = gl;
    const program = gl.createProgram();
    for (const [type, source] of [[gl.VERTEX_SHADER, vertexSource], [gl.FRAGMENT_SHADER, fragmentSource]]) {
      const shader = gl.createShader(type);
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS) && !gl.isContextLost()) {
        throw new Error(gl.getShaderInfoLog(shader));
      }
      gl.attachShader(program, shader);
    }
    gl.bindAttribLocation(program, 0, "place");
    gl.bindAttribLocation(program, 1, "normal");
    gl.linkProgram(program);
    gl.useProgram(program);
    const names = ["model", "camera", "colour", "light", "eye", "sky", "tiles", "tile", "reach", "kind"];
    this.uniforms = Object.fromEntries(names.map((name) => [name, gl.getUniformLocation(program, name)]));
    this.ground = this.upload(Mesh.box([1, 1, 0]).slice(24 * 6 + 36, 24 * 6 + 72));
    this.shapes = this.recording.shapes.filter((shape) => shape.kind !== "plane").map((shape) => ({
      ...this.upload(Mesh.of(shape)), part: shape.part, colour: shape.colour,
      pose: Matrix.pose(shape.position, shape.attitude),
    }));
    const plane = this.recording.shapes.find((shape) => shape.kind === "plane");
    this.height = plane ? plane.position[2] : 0;
    gl.enable(gl.DEPTH_TEST);
    gl.blendFunc(gl.SRC_ALPHA, gl.ONE_MINUS_SRC_ALPHA);
  }

  upload(corners) {
    const gl = this.gl;
    const array = gl.createVertexArray();
    gl.bindVertexArray(array);
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ARRAY_BUFFER, new Float32Array(corners), gl.STATIC_DRAW);
    for (const index of [0, 1]) {
      gl.enableVertexAttribArray(index);
      gl.vertexAttribPointer(index, 3, gl.FLOAT, false, 24, 12 * index);
    }
    return { array, count: corners.length / 6 };
  }

  listen() {
    const canvas = this.canvas;
    const fingers = new Map();
    const spread = () => {
      const [a, b] = [...fingers.values()];
      return Math.hypot(a[0] - b[0], a[1] - b[1]);
    };
    const zoom = (factor) => {
      this.distance = Math.min(20 * this.size, Math.max(1.2 * this.size, this.distance * factor));
    };
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      canvas.setPointerCapture(event.pointerId);
      fingers.set(event.pointerId, [event.clientX, event.clientY]);
    });
    canvas.addEventListener("pointermove", (event) => {
      // A menu can keep the release of a button to itself.
      if (event.buttons === 0) fingers.delete(event.pointerId);
      const old = fingers.get(event.pointerId);
      if (!old) return;
      const before = fingers.size === 2 ? spread() : 0;
      fingers.set(event.pointerId, [event.clientX, event.clientY]);
      if (fingers.size === 2) {
        zoom(before / Math.max(1, spread()));
      } else {
        this.azimuth -= (event.clientX - old[0]) * 0.008;
        const elevation = this.elevation + (event.clientY - old[1]) * 0.006;
        this.elevation = Math.min(1.5, Math.max(0.03, elevation));
      }
    });
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
      canvas.addEventListener(end, (event) => fingers.delete(event.pointerId));
    }
    canvas.addEventListener("wheel", (event) => {
      event.preventDefault();
      zoom(Math.exp(event.deltaY * 0.001));
    }, { passive: false });
  }

  /// Draws a moment, in frames with a fraction.
  draw(moment, colours) {
    const { gl, uniforms, canvas } = this;
    if (gl.isContextLost()) return;
    const scale = Math.min(2, window.devicePixelRatio || 1);
    const [width, height] = [canvas.clientWidth * scale, canvas.clientHeight * scale].map(Math.round);
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const frames = this.recording.frames;
    const target = frames.middle(moment);
    const level = Math.cos(this.elevation);
    // A picture that is higher than wide shows less to the sides.
    const distance = this.distance * Math.max(1, height / width);
    const eye = [
      target[0] + distance * level * Math.cos(this.azimuth),
      target[1] + distance * level * Math.sin(this.azimuth),
      Math.max(this.height + 0.05 * this.size, target[2] + distance * Math.sin(this.elevation)),
    ];
    const reach = 16 * this.size + distance;
    const camera = Matrix.product(
      Matrix.perspective(0.6, width / height, 0.02 * this.size, 2 * reach), Matrix.look(eye, target));
    gl.viewport(0, 0, width, height);
    gl.clearColor(...colours.sky, 1);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT | gl.STENCIL_BUFFER_BIT);
    gl.uniformMatrix4fv(uniforms.camera, false, camera);
    gl.uniform3fv(uniforms.light, this.light);
    gl.uniform3fv(uniforms.eye, eye);
    gl.uniform3fv(uniforms.sky, colours.sky);
    gl.uniform3fv(uniforms.tiles, [...colours.tileA, ...colours.tileB]);
    gl.uniform1f(uniforms.tile, this.tile);
    gl.uniform1f(uniforms.reach, reach);

    gl.uniform1i(uniforms.kind, 1);
    const plane = new Float32Array([
      2 * reach, 0, 0, 0, 0, 2 * reach, 0, 0, 0, 0, 1, 0, target[0], target[1], this.height, 1,
    ]);
    this.drawShape(this.ground, plane);

    const models = this.shapes.map((shape) => {
      const pose = Matrix.pose(frames.place(moment, shape.part), frames.attitude(moment, shape.part));
      return Matrix.product(pose, shape.pose);
    });
    // Each spot of the ground is darkened once.
    gl.uniform1i(uniforms.kind, 2);
    gl.enable(gl.BLEND);
    gl.enable(gl.STENCIL_TEST);
    gl.stencilFunc(gl.EQUAL, 0, 1);
    gl.stencilOp(gl.KEEP, gl.KEEP, gl.INCR);
    gl.depthMask(false);
    gl.enable(gl.POLYGON_OFFSET_FILL);
    gl.polygonOffset(-2, -2);
    const flat = Matrix.shadow(this.light, this.height);
    this.shapes.forEach((shape, index) => this.drawShape(shape, Matrix.product(flat, models[index])));
    gl.disable(gl.POLYGON_OFFSET_FILL);
    gl.depthMask(true);
    gl.disable(gl.STENCIL_TEST);
    gl.disable(gl.BLEND);

    gl.uniform1i(uniforms.kind, 0);
    this.shapes.forEach((shape, index) => {
      gl.uniform4fv(uniforms.colour, shape.colour);
      this.drawShape(shape, models[index]);
    });
  }

  drawShape(shape, model) {
    this.gl.uniformMatrix4fv(this.uniforms.model, false, model);
    this.gl.bindVertexArray(shape.array);
    this.gl.drawArrays(this.gl.TRIANGLES, 0, shape.count);
  }
}
