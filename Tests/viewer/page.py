"""Opens replays in headless Chromium: they draw, they move, they ask for nothing else.

    page.py RUN.html POLICY.html [PICTURES]

The first is the replay of a run, which has learning curves, the second that of a policy file.
"""

import base64
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request

import websocket

TRIES_MAX = 2400
# Resolves after some frames of the page have been drawn.
FRAMES = "new Promise((done) => { let n = %d; const next = () => n-- ? requestAnimationFrame(next) : done(1); next(); })"
# The picture of a moment: how many pixels are not the sky's colour, and a sum that tells two apart.
PICTURE = """(() => {
  scene.draw(%s, colours);
  const gl = scene.gl;
  const [w, h] = [gl.drawingBufferWidth, gl.drawingBufferHeight];
  const pixels = new Uint8Array(4 * w * h);
  gl.readPixels(0, 0, w, h, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
  const kinds = new Set();
  let [sum, warm] = [0, 0];
  for (let i = 0; i < pixels.length; i += 4) {
    kinds.add((pixels[i] << 16) | (pixels[i + 1] << 8) | pixels[i + 2]);
    sum = (sum * 31 + pixels[i] + 7 * pixels[i + 1] + 13 * pixels[i + 2]) %% 1000000007;
    if (pixels[i] > pixels[i + 2] + 60) warm++;
  }
  return { kinds: kinds.size, sum, warm: warm / (w * h), error: gl.getError() };
})()"""
# Of each chart that is shown, how many pixels have the colours of the curves, first and second.
CHARTS = """(() => {
  const style = getComputedStyle(document.documentElement);
  const wanted = ['--first', '--second'].map((name) => {
    const text = style.getPropertyValue(name).trim();
    return [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16));
  });
  return [...document.querySelectorAll('.chart canvas')].filter((c) => c.clientWidth).map((c) => {
    const data = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
    return wanted.map((colour) => {
      let drawn = 0;
      for (let i = 0; i < data.length; i += 4) {
        // Paler is the edge of a curve, or one that is drawn faintly; on a grid line it is duller.
        if (data[i + 3] < 128) continue;
        drawn += colour.every((value, channel) => Math.abs(data[i + channel] - value) < 30);
      }
      return drawn;
    });
  });
})()"""
# Makes one pass of 50 ms by the page's own clock at a speed, and says how many frames it moved on.
PASS = """(() => {
  find('speed').value = '%s';
  const next = window.requestAnimationFrame;
  window.requestAnimationFrame = () => 0;
  seek(0);
  play(true);
  before = 1000;
  tick(1050);
  const moved = moment;
  play(false);
  before = null;
  window.requestAnimationFrame = next;
  return moved;
})()"""
# Where a chart lies in the window: left, top, width and height.
CHART_PLACE = """(() => {
  const chart = document.querySelectorAll('.chart canvas')[%d];
  chart.scrollIntoView({ block: 'center' });
  const { x, y, width, height } = chart.getBoundingClientRect();
  return [x, y, width, height];
})()"""
ALT, CONTROL, META = 1, 2, 4
KEY_CODES = {" ": 32, "End": 35, "Home": 36, "ArrowLeft": 37, "ArrowRight": 39, ",": 188, ".": 190}


class Browser:
    """A Chromium and one page in it."""

    def __init__(self, folder):
        flags = ["--headless=new", "--no-sandbox", "--use-angle=swiftshader",
                 "--enable-unsafe-swiftshader", "--remote-debugging-port=0",
                 "--remote-allow-origins=*", f"--user-data-dir={folder}", "about:blank"]
        self.process = subprocess.Popen(
            ["chromium", *flags], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        port_file = os.path.join(folder, "DevToolsActivePort")
        for _ in range(TRIES_MAX):
            if os.path.exists(port_file) and open(port_file).read().count("\n"):
                break
            if self.process.poll() is not None:
                sys.exit(f"viewer: chromium ended with {self.process.returncode}")
            time.sleep(0.05)
        port = open(port_file).readline().strip()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list", timeout=60) as reply:
            target = next(t for t in json.load(reply) if t["type"] == "page")
        self.socket = websocket.create_connection(target["webSocketDebuggerUrl"], timeout=60)
        self.count = 0
        self.complaints = []
        self.requests = []
        for domain in ["Runtime", "Log", "Page", "Network"]:
            self.call(f"{domain}.enable")

    def call(self, method, **parameters):
        self.count += 1
        self.socket.send(json.dumps({"id": self.count, "method": method, "params": parameters}))
        while True:
            message = json.loads(self.socket.recv())
            self.note(message)
            if message.get("id") == self.count:
                if "error" in message:
                    sys.exit(f"viewer: {method}: {message['error']}")
                return message["result"]

    def note(self, message):
        method, parameters = message.get("method"), message.get("params", {})
        if method in ("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"):
            self.complaints.append(json.dumps(parameters)[:400])
        if method == "Network.requestWillBeSent":
            self.requests.append(parameters["request"]["url"][:200])

    def ask(self, expression):
        result = self.call(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in result:
            sys.exit(f"viewer: {expression[:80]}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def open(self, path):
        self.complaints.clear()
        self.requests.clear()
        self.call("Page.navigate", url=f"file://{path}")
        for _ in range(TRIES_MAX):
            if self.ask("document.readyState === 'complete' && location.protocol === 'file:'"):
                break
            time.sleep(0.05)
        self.ask(FRAMES % 3)

    def press(self, key, modifiers=0):
        """Presses a key, and says whether the page took it for its own."""
        self.ask("window.isTaken = null; addEventListener('keydown',"
                 " (event) => { window.isTaken = event.defaultPrevented; }, { once: true }); 1")
        for kind in ("rawKeyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, modifiers=modifiers,
                      windowsVirtualKeyCode=KEY_CODES[key])
        return self.ask("window.isTaken")

    def click(self, x, y):
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", buttons=1,
                      clickCount=1)

    def look(self, name):
        if len(sys.argv) > 3:
            picture = self.call("Page.captureScreenshot", captureBeyondViewport=True)["data"]
            with open(os.path.join(sys.argv[3], name + ".png"), "wb") as file:
                file.write(base64.b64decode(picture))

    def close(self):
        self.process.kill()
        self.process.wait()


def expect(what, holds, found):
    if not holds:
        sys.exit(f"viewer: {what}: found {found}")


def check_scene(browser):
    expect("trouble on the page", browser.ask("document.getElementById('trouble').hidden"),
           browser.ask("document.getElementById('trouble').textContent"))
    first, again, later = (browser.ask(PICTURE % at) for at in ("0", "0", "lastMoment / 3"))
    expect("the picture has a body on a ground", first["kinds"] > 200 and first["warm"] > 0.005, first)
    expect("WebGL has no error", first["error"] == 0, first)
    expect("one moment is one picture", first == again, (first, again))
    expect("the body moves", first["sum"] != later["sum"], (first, later))


def check_controls(browser):
    browser.ask("seek(0); play(true); 1")
    browser.ask(FRAMES % 20)
    moved = browser.ask("moment")
    expect("playing moves on", moved > 0, moved)
    browser.ask("document.getElementById('play').click(); 1")
    still = browser.ask("moment")
    browser.ask(FRAMES % 5)
    expect("pausing stops", browser.ask("moment") == still, (still, browser.ask("moment")))
    browser.ask("(() => { const s = document.getElementById('scrubber'); s.value = 50;"
                " s.dispatchEvent(new Event('input')); return 1; })()")
    browser.ask(FRAMES % 2)
    expect("the scrubber seeks", browser.ask("moment") == 50, browser.ask("moment"))
    time_shown = browser.ask("document.getElementById('time').textContent")
    expect("the time follows", time_shown.startswith("1.00 /"), time_shown)
    charts = browser.ask(CHARTS)
    # Three of speed and one of each joint have two curves; the feet have one colour.
    kinds = [2, 2, 2, 1] + 12 * [2]
    expect("every curve is drawn", has_curves(charts, kinds), charts)
    for speed in (0.1, 0.25, 0.5, 1, 2):
        frames = browser.ask(PASS % speed)
        expect(f"at speed {speed} time passes so fast", abs(frames - 2.5 * speed) < 1e-3, frames)
    browser.ask("find('speed').value = '1'; 1")
    check_camera(browser)
    check_keys(browser)
    check_chart_click(browser)


def has_curves(charts, kinds):
    """Whether each chart has pixels in the colours of its curves, and in no other curve's."""
    return len(charts) == len(kinds) and all(
        min(chart[:kind]) > 40 and max(chart[kind:], default=0) == 0
        for chart, kind in zip(charts, kinds))


def check_camera(browser):
    home = browser.ask(PICTURE % 50)
    for kind, x in (("mousePressed", 300), ("mouseMoved", 380), ("mouseReleased", 380)):
        browser.call("Input.dispatchMouseEvent", type=kind, x=x, y=200, button="left", buttons=1,
                     clickCount=1)
    turned = browser.ask(PICTURE % 50)
    expect("dragging turns the camera", turned["sum"] != home["sum"], home)
    # A menu keeps the release of the button to itself.
    for kind, x, buttons in (("mousePressed", 300, 1), ("mouseMoved", 380, 0)):
        browser.call("Input.dispatchMouseEvent", type=kind, x=x, y=200,
                     button="left" if buttons else "none", buttons=buttons, clickCount=1)
    loose = browser.ask(PICTURE % 50)
    browser.call("Input.dispatchMouseEvent", type="mouseReleased", x=380, y=200, button="left",
                 buttons=0, clickCount=1)
    expect("a pointer without a button turns nothing", loose == turned, (loose, turned))
    browser.call("Input.dispatchMouseEvent", type="mouseWheel", x=300, y=200, deltaX=0, deltaY=-300)
    near = browser.ask(PICTURE % 50)
    expect("the wheel comes nearer", near["warm"] > 1.3 * turned["warm"], (turned, near))
    browser.call("Input.dispatchMouseEvent", type="mouseWheel", x=300, y=200, deltaX=0, deltaY=600)
    far = browser.ask(PICTURE % 50)
    expect("the wheel goes away", far["warm"] < turned["warm"] / 1.3, (turned, far))
    expect("the wheel does not scroll", browser.ask("scrollY") == 0, browser.ask("scrollY"))
    browser.ask("find('home').click(); 1")
    again = browser.ask(PICTURE % 50)
    expect("the view is reset", again == home, (home, again))


def check_keys(browser):
    browser.ask("play(false); seek(50); 1")
    last = browser.ask("lastMoment")
    steps = [("ArrowLeft", 49), ("ArrowRight", 50), (",", 0), (".", 50), ("End", last), ("Home", 0)]
    for key, moment in steps:
        expect(f"{key!r} is the page's", browser.press(key), "that it is not")
        found = browser.ask("moment")
        expect(f"{key!r} goes to frame {moment}", abs(found - moment) < 1e-3, found)
    for is_playing in (True, False):
        browser.press(" ")
        expect("space plays and pauses", browser.ask("isPlaying") == is_playing, not is_playing)
    browser.ask("seek(50); 1")
    browser.ask("find('play').focus(); 1")
    browser.press("ArrowRight")
    expect("keys work after a click on a button", browser.ask("moment") == 51, "that they do not")
    browser.ask("find('play').blur(); seek(50); 1")
    for modifiers in (ALT, CONTROL, META):
        expect_idle(browser, f"with modifiers {modifiers}", modifiers)
    browser.ask("show('learning'); 1")
    expect_idle(browser, "in the Learning tab")
    browser.ask("show('motion'); 1")


def expect_idle(browser, where, modifiers=0):
    for key in KEY_CODES:
        is_taken = browser.press(key, modifiers)
        found = browser.ask("[moment, isPlaying]")
        expect(f"{key!r} {where} is not the page's", is_taken is False and found == [50, False],
               (is_taken, found))


def check_chart_click(browser):
    # So slow that the window, the first four seconds, stays where it is.
    browser.ask("find('speed').value = '0.1'; seek(0); play(true); 1")
    browser.ask(FRAMES % 2)
    x, y, width, height = browser.ask(CHART_PLACE % 0)
    # The curves are 40 pixels from the left and 16 from the right.
    browser.click(x + 40 + 0.75 * (width - 56), y + height / 2)
    browser.ask("find('speed').value = '1'; scrollTo(0, 0); 1")
    expected = 0.75 * min(200, browser.ask("lastMoment"))
    moment = browser.ask("moment")
    expect("a click on a chart goes there", abs(moment - expected) < 2, (moment, expected))
    expect("and pauses", not browser.ask("isPlaying"), "that it plays")


def check_learning(browser):
    browser.ask("document.getElementById('tab-learning').click(); 1")
    browser.ask(FRAMES % 2)
    charts = browser.ask(CHARTS)
    # Return and length are also those without noise; then come the terms of the spider's reward.
    expect("the learning curves are drawn", has_curves(charts, [2, 2, 1, 1, 1] + 9 * [1]), charts)
    smoothed = browser.ask("smooth([0, null, 0, 6, 0, 0])")
    expect("smoothing does not lag", smoothed == [0, None, 3, 2, 2, 0], smoothed)
    browser.look("learning")
    browser.ask("document.getElementById('tab-motion').click(); 1")
    browser.ask(FRAMES % 2)


def check_looks(browser):
    sky = browser.ask("colours.sky.join()")
    browser.look("light")
    browser.call("Emulation.setEmulatedMedia",
                 features=[{"name": "prefers-color-scheme", "value": "dark"}])
    browser.ask(FRAMES % 3)
    dark = browser.ask("colours.sky.join()")
    expect("a dark theme is followed", dark != sky, dark)
    check_scene(browser)
    browser.look("dark")
    browser.call("Emulation.setDeviceMetricsOverride", width=390, height=844,
                 deviceScaleFactor=2, mobile=True)
    browser.ask(FRAMES % 3)
    width = browser.ask("document.documentElement.scrollWidth")
    expect("a phone shows it without scrolling sideways", width <= 390, width)
    browser.look("phone")


def check_clean(browser):
    expect("the console is clean", not browser.complaints, browser.complaints)
    others = [url for url in browser.requests if not url.startswith(("file:", "data:"))]
    expect("nothing is fetched", not others, others)


def main():
    run, policy = sys.argv[1:3]
    for path in (run, policy):
        size = os.path.getsize(path)
        expect("size in bytes", size < 2_000_000, size)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        browser = Browser(folder)
        try:
            browser.open(run)
            check_scene(browser)
            check_controls(browser)
            check_learning(browser)
            check_clean(browser)
            browser.open(policy)
            expect("a policy file has no learning tab", browser.ask("find('tabs').hidden"), "one")
            check_scene(browser)
            check_controls(browser)
            check_looks(browser)
            check_clean(browser)
        finally:
            browser.close()
    print("Chromium shows the replays: body, controls, charts, curves, dark, phone, offline")


main()
